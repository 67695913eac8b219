'use client';

import { StateBadge } from '@/ui/kit/badge';
import { money } from '../admin/format';
import type { WatchedPlace } from './live-page';
import type { ShownEvent } from './use-watch';

/** Live events with all that they carry: what happened, amounts, ids, and the position to resume behind. */
export function LiveEvents({ events, place }: { events: readonly ShownEvent[]; place: WatchedPlace }) {
  return (
    <ol aria-live="polite" aria-label="Live events, newest first" className="grid text-sm">
      {events.map((event) => (
        <li
          key={event.eventId}
          data-event={event.type}
          className="grid gap-2 border-b border-line py-3 first:pt-0 last:border-0 last:pb-0"
        >
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-mono text-xs font-medium">{event.type}</span>
            <States event={event} />
            <time dateTime={event.at} className="tabular ml-auto text-xs text-muted">
              {event.at.slice(11, 23)} UTC
            </time>
          </div>
          <Pairs pairs={amountsOf(event, place)} className="tabular" />
          <Pairs pairs={idsOf(event)} className="font-mono break-all text-muted" />
        </li>
      ))}
    </ol>
  );
}

function States({ event }: { event: ShownEvent }) {
  if (!('status' in event)) return null;
  const before = 'previousStatus' in event ? event.previousStatus : null;
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      {before !== null && before !== event.status && (
        <>
          <StateBadge state={before} />
          <span aria-hidden>→</span>
          <span className="sr-only">became</span>
        </>
      )}
      <StateBadge state={event.status} />
    </span>
  );
}

type Pair = readonly [name: string, value: string];

function Pairs({ pairs, className }: { pairs: readonly Pair[]; className: string }) {
  if (pairs.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {pairs.map(([name, value]) => (
        <div key={name} className="flex flex-wrap gap-x-1">
          <dt className="text-muted">{name}</dt>
          <dd className={className}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const AMOUNT = /^(\w+)Minor$/;

/** Every amount of the event but zeros, under its name: `totalMinor` is "total". */
function amountsOf(event: ShownEvent, place: WatchedPlace): Pair[] {
  const currency = 'currency' in event ? event.currency : place.currency;
  return Object.entries(event).flatMap(([key, value]): Pair[] => {
    const name = AMOUNT.exec(key)?.[1];
    if (name === undefined || typeof value !== 'number' || value === 0) return [];
    return [[name, money(value, currency, place.locale)]];
  });
}

function idsOf({ position, eventId, paymentId, orderId, tableSessionId }: ShownEvent): Pair[] {
  const ids: [string, string | null][] = [
    ['position', position],
    ['event', eventId],
    ['payment', paymentId],
    ['order', orderId],
    ['session', tableSessionId],
  ];
  return ids.flatMap(([name, id]): Pair[] => (id === null ? [] : [[name, id]]));
}
