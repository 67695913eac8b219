'use client';

import { StateBadge } from '@/ui/kit/badge';
import { money } from '../admin/format';

export interface LiveStep {
  event: { type: string; eventId: string; at: string; status?: string; totalMinor?: number };
}

/** Live events as they come, newest first. */
export function LiveList({
  steps,
  currency,
  locale,
}: {
  steps: readonly LiveStep[];
  currency: string;
  locale: string;
}) {
  if (steps.length === 0)
    return <p className="text-sm text-muted">Pay on the phone, and events appear here.</p>;
  return (
    <ol aria-live="polite" className="grid gap-2 text-sm">
      {steps.map(({ event }) => (
        <li key={event.eventId} className="flex flex-wrap items-center gap-3">
          <span className="font-mono text-xs">{event.type}</span>
          {event.status && <StateBadge state={event.status} />}
          {event.totalMinor !== undefined && (
            <span className="tabular">{money(event.totalMinor, currency, locale)}</span>
          )}
          <time dateTime={event.at} className="ml-auto text-xs text-muted">
            {event.at.slice(11, 23)} UTC
          </time>
        </li>
      ))}
    </ol>
  );
}
