import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { stateText } from '@/ui/kit/badge';
import { actorText } from '../actor-text';
import { duration, money } from '../format';

type Payments = inferRouterOutputs<AppRouter>['payments'];
export type History = Payments['history'];
export type Trace = Payments['trace'];
export type Ledger = inferRouterOutputs<AppRouter>['ledger']['payment'];

/** What kind of thing happened. */
export const KINDS = {
  STEP: 'Step',
  CALL: 'Asked Stripe',
  EVENT: 'Stripe told',
  POSTING: 'Ledger',
  MAIL: 'Mail',
} as const;

/** One thing that happened to a payment, wherever it is written down. */
export interface TimelineEntry {
  id: string;
  kind: keyof typeof KINDS;
  at: string;
  title: string;
  /** How it ended, where that is not a matter of course. */
  state: string | null;
  actor: string;
  details: readonly string[];
  /** The event whose payload can be looked at. */
  eventId: string | null;
}

/** What a detail's amount is written in. */
export interface Currency {
  currency: string;
  locale: string | undefined;
}

/** Everything, newest first; of one moment the audit's step stands above what it caused. */
export function timelineEntries(
  { history, trace, ledger }: { history: History; trace: Trace | undefined; ledger: Ledger | undefined },
  currency: Currency,
): TimelineEntry[] {
  return [
    ...history.toReversed().map((entry) => stepEntry(entry, currency)),
    ...(trace?.mails ?? []).map(mailEntry),
    ...(ledger?.entries ?? []).toReversed().map((entry) => postingEntry(entry, currency.locale)),
    ...(trace?.events ?? []).map(eventEntry),
    ...(trace?.calls ?? []).map(callEntry),
  ].sort((a, b) => b.at.localeCompare(a.at));
}

function stepEntry(entry: History[number], currency: Currency): TimelineEntry {
  const { previousStatus: from, newStatus: to } = entry;
  const isMove = from !== null && to !== null && from !== to;
  return {
    id: entry.id,
    kind: 'STEP',
    at: entry.createdAt,
    title: stateText(entry.action),
    state: null,
    actor: actorText(entry.actor, entry.actorName),
    details: [
      ...(isMove ? [`${stateText(from)} to ${stateText(to).toLowerCase()}`] : []),
      ...detailTexts(entry.details, currency),
    ],
    eventId: null,
  };
}

function callEntry(call: Trace['calls'][number]): TimelineEntry {
  return {
    id: `call ${call.id}`,
    kind: 'CALL',
    at: call.at,
    title: stateText(call.call),
    state: call.outcome === 'OK' ? null : call.outcome,
    actor: 'Tabsy',
    details: [
      ...(call.times > 1 ? [`${call.times} times`] : []),
      ...(call.error ? [call.error] : []),
      ...(call.objectId ? [call.objectId] : []),
      ...(call.requestId ? [`request ${call.requestId}`] : []),
      ...(call.key ? [`key ${call.key}`] : []),
      ...(call.durationMs === null ? [] : [`took ${duration(call.durationMs)}`]),
    ],
    eventId: null,
  };
}

function eventEntry(event: Trace['events'][number]): TimelineEntry {
  return {
    id: event.eventId,
    kind: 'EVENT',
    // When it came: Stripe's own time knows whole seconds only.
    at: event.receivedAt,
    title: event.type,
    state: event.state,
    actor: 'Stripe',
    details: [
      event.objectId,
      ...(isLate(event) ? [`made ${duration(lateMs(event))} before`] : []),
      ...(event.source === 'SWEEP' ? ['found by asking: the webhook never came'] : []),
      ...(event.attempts > 1 ? [`${event.attempts} attempts`] : []),
      ...(event.outcome ? [event.outcome] : []),
      ...(event.lastError ? [event.lastError] : []),
      ...(event.requestId ? [`request ${event.requestId}`] : []),
    ],
    eventId: event.hasPayload ? event.eventId : null,
  };
}

const LATE_MS = 60_000;

function lateMs(event: Trace['events'][number]): number {
  return Date.parse(event.receivedAt) - Date.parse(event.createdAt);
}

function isLate(event: Trace['events'][number]): boolean {
  return lateMs(event) >= LATE_MS;
}

function postingEntry(entry: Ledger['entries'][number], locale: string | undefined): TimelineEntry {
  const amount = (minor: number) => money(minor, entry.currency, locale);
  return {
    id: entry.transactionId,
    kind: 'POSTING',
    at: entry.postedAt,
    title: factText(entry.factKey),
    state: null,
    actor: 'Tabsy',
    details: entry.lines.map(({ account, debitMinor, creditMinor }) =>
      debitMinor > 0
        ? `${stateText(account)} debit ${amount(debitMinor)}`
        : `${stateText(account)} credit ${amount(creditMinor)}`,
    ),
    eventId: null,
  };
}

function mailEntry(mail: Trace['mails'][number]): TimelineEntry {
  return {
    id: mail.id,
    kind: 'MAIL',
    at: mail.sentAt ?? mail.createdAt,
    title: `Mail: ${stateText(mail.kind).toLowerCase()}`,
    state: mail.state,
    actor: 'Tabsy',
    details: mail.reason ? [mail.reason] : [],
    eventId: null,
  };
}

/** `refund-failed:<id>` is "Refund failed". */
export function factText(factKey: string): string {
  return stateText((factKey.split(':')[0] ?? '').replaceAll('-', '_'));
}

/** `totalMinor: 2500` reads "total $25.00". */
function detailTexts(details: Record<string, unknown> | null, { currency, locale }: Currency): string[] {
  const words = (text: string) => text.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return Object.entries(details ?? {})
    .filter(([name, value]) => value !== null && value !== '' && value !== 0 && !name.endsWith('Sec'))
    .map(([name, value]) =>
      name.endsWith('Minor') && typeof value === 'number'
        ? `${words(name.slice(0, -'Minor'.length))} ${money(value, currency, locale)}`
        : `${words(name)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    );
}
