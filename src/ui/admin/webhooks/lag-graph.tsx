'use client';

import { Bars } from '@/ui/kit/bars';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, Skeleton } from '@/ui/kit/states';
import { api } from '../api';
import { count, duration } from '../format';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const REFRESH_MS = 30_000;

/** How long Stripe's events took until they were applied, the last 24 hours: the worst of each hour as a bar, the median in words. */
export function LagGraph() {
  const lag = api.inbox.lag.useQuery(undefined, { refetchInterval: REFRESH_MS });
  return (
    <Panel title="How long events took, last 24 hours" className="mb-6">
      {lag.isPending ? (
        <Skeleton className="h-44" />
      ) : lag.isError ? (
        <ErrorState error={lag.error} retry={() => void lag.refetch()} />
      ) : (
        <>
          <Bars label="Longest wait by hour of arrival, UTC" bars={hourBars(lag.data)} />
          <p className="mt-3 text-xs text-muted">{summary(lag.data)}</p>
        </>
      )}
    </Panel>
  );
}

interface Lag {
  hours: readonly { from: string; count: number; medianMs: number; maxMs: number; openCount: number }[];
  at: string;
}

/** A bar for every hour; one without events is empty. */
export function hourBars({ hours, at }: Lag) {
  const last = Math.floor(Date.parse(at) / HOUR_MS);
  const byHour = new Map(hours.map((hour) => [Math.floor(Date.parse(hour.from) / HOUR_MS), hour]));
  return Array.from({ length: HOURS }, (_, index) => last - HOURS + 1 + index).map((hour) => {
    const found = byHour.get(hour);
    const clock = `${String(hour % HOURS).padStart(2, '0')}:00`;
    return {
      key: String(hour),
      label: hour % 6 === 0 ? clock : '',
      value: found?.maxMs ?? 0,
      text: found
        ? `${clock}: ${count(found.count)} events, longest ${duration(found.maxMs)}, median ${duration(found.medianMs)}${found.openCount > 0 ? `, ${found.openCount} not finished` : ''}`
        : `${clock}: no events`,
    };
  });
}

function summary({ hours }: Lag): string {
  if (hours.length === 0) return 'No event has arrived in the last 24 hours.';
  const longest = Math.max(...hours.map(({ maxMs }) => maxMs));
  const events = hours.reduce((sum, hour) => sum + hour.count, 0);
  return `${count(events)} events by hour of arrival (UTC); the longest took ${duration(longest)}.`;
}
