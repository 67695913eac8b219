'use client';

import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { Badge, StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { cx } from '@/ui/kit/cx';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { exactTime } from '../format';
import { RawEventDialog } from './raw-event-dialog';
import { type Currency, KINDS, type TimelineEntry, timelineEntries } from './timeline-entries';

const ALL = Object.keys(KINDS) as TimelineEntry['kind'][];

/** Everything that happened to a payment, newest first: audit, calls to Stripe, webhooks, postings and mails. */
export function Timeline({
  paymentId,
  timeZone,
  currency,
  mayReadBooks,
}: {
  paymentId: string;
  timeZone: string;
  currency: Currency;
  /** Postings and payloads are for owners and admins. */
  mayReadBooks: boolean;
}) {
  const history = api.payments.history.useQuery({ paymentId });
  const trace = api.payments.trace.useQuery({ paymentId });
  const ledger = api.ledger.payment.useQuery({ paymentId }, { enabled: mayReadBooks });
  const [hidden, setHidden] = useQueryState(
    'hide',
    parseAsArrayOf(parseAsStringLiteral(ALL)).withDefault([]),
  );
  const [openedId, setOpenedId] = useState<string | null>(null);
  const failed = [trace, ledger].filter((query) => query.isError);
  const retryFailed = () => {
    for (const query of failed) void query.refetch();
  };
  const isPending = history.isPending || trace.isPending || (mayReadBooks && ledger.isPending);
  const entries = history.data
    ? timelineEntries({ history: history.data, trace: trace.data, ledger: ledger.data }, currency)
    : [];
  const kinds = ALL.filter((kind) => entries.some((entry) => entry.kind === kind));
  const shown = entries.filter((entry) => !hidden.includes(entry.kind));
  const toggle = (kind: TimelineEntry['kind']) => {
    const next = hidden.includes(kind) ? hidden.filter((one) => one !== kind) : [...hidden, kind];
    void setHidden(next.length > 0 ? next : null);
  };
  return (
    <Panel
      title="Timeline"
      className="lg:col-span-2"
      actions={
        <fieldset className="flex flex-wrap gap-2">
          <legend className="sr-only">What the timeline shows</legend>
          {kinds.map((kind) => (
            <label key={kind} className="flex min-h-8 cursor-pointer items-center gap-1.5 text-xs">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={!hidden.includes(kind)}
                onChange={() => toggle(kind)}
              />
              {KINDS[kind]}
            </label>
          ))}
        </fieldset>
      }
    >
      {failed.length > 0 && (
        <p
          role="alert"
          className="mb-4 flex flex-wrap items-center gap-3 rounded-lg bg-warning-surface p-3 text-sm"
        >
          <span className="text-warning">A part of the story could not be loaded.</span>
          <Button size="small" onClick={retryFailed}>
            Try again
          </Button>
        </p>
      )}
      {history.isError ? (
        <ErrorState error={history.error} retry={() => void history.refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={6} />
      ) : (
        <ol className="grid gap-4 border-l-2 border-line pl-4">
          {shown.map((entry) => (
            <Entry
              key={entry.id}
              entry={entry}
              at={exactTime(entry.at, timeZone, currency.locale)}
              onOpen={mayReadBooks ? setOpenedId : null}
            />
          ))}
        </ol>
      )}
      {openedId !== null && (
        <RawEventDialog paymentId={paymentId} eventId={openedId} onClose={() => setOpenedId(null)} />
      )}
    </Panel>
  );
}

function Entry({
  entry,
  at,
  onOpen,
}: {
  entry: TimelineEntry;
  at: string;
  onOpen: ((eventId: string) => void) | null;
}) {
  const { eventId, kind } = entry;
  return (
    <li className="relative text-sm">
      <span
        aria-hidden
        className={cx(
          'absolute top-1.5 -left-[1.4rem] size-2.5 rounded-full',
          kind === 'STEP' ? 'bg-accent' : 'border-2 border-muted bg-surface',
        )}
      />
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className={kind === 'STEP' ? 'font-medium' : undefined}>{entry.title}</span>
        {kind !== 'STEP' && <Badge>{KINDS[kind]}</Badge>}
        {entry.state !== null && <StateBadge state={entry.state} />}
        {eventId !== null && onOpen && (
          <Button size="small" look="quiet" onClick={() => onOpen(eventId)}>
            View event<span className="sr-only"> {entry.title}</span>
          </Button>
        )}
      </div>
      <p className="text-xs text-muted">
        <time dateTime={entry.at}>{at}</time> by {entry.actor}
      </p>
      {entry.details.length > 0 && <p className="mt-1 text-xs text-muted">{entry.details.join(' · ')}</p>}
    </li>
  );
}
