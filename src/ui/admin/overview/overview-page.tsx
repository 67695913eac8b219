'use client';

import { Select } from '@/ui/kit/field';
import { PageHeader } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { EmptyState, ErrorState, Skeleton } from '@/ui/kit/states';
import { api } from '../api';
import { useLive } from '../use-live';
import { useRefresh } from '../use-refresh';
import { useRestaurant } from '../viewer';
import { Alerts } from './alerts';
import { CurrencySection } from './currency-section';
import { Kpis } from './kpis';
import { PERIODS, type Period, usePeriod } from './period';
import { Ticker } from './ticker';

/** How money is doing: the period's figures against the one before, what arrives now, and what needs attention. */
export function OverviewPage() {
  const { restaurant } = useRestaurant();
  const { period, setPeriod, fromDay, toDay } = usePeriod();
  const place = restaurant ? { restaurantId: restaurant.id } : {};
  const metrics = api.analytics.metrics.useQuery(
    { ...place, fromDay, toDay },
    { placeholderData: (before) => before },
  );
  const utils = api.useUtils();
  const refresh = useRefresh(() => utils.analytics.invalidate());
  useLive((event) => {
    if (event.type === 'analytics:updated') refresh();
  }, refresh);

  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <Select
            aria-label="Period"
            className="w-44"
            value={period}
            onChange={(event) => void setPeriod(event.target.value as Period)}
          >
            {Object.entries(PERIODS).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </Select>
        }
      >
        {metrics.data &&
          `Business days in ${metrics.data.timeZone}, compared with the ${dayCount(metrics.data)} before.`}
      </PageHeader>
      <div className="grid gap-4 xl:grid-cols-[1fr_20rem]">
        <div className="grid min-w-0 content-start gap-6">
          {metrics.isError && metrics.data && <StaleNote error={metrics.error} retry={refresh} />}
          {metrics.isPending ? (
            <div role="status" aria-label="Loading" className="grid grid-cols-2 gap-4 lg:grid-cols-4">
              {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
                <Skeleton key={key} className="h-28" />
              ))}
            </div>
          ) : metrics.data === undefined ? (
            <ErrorState error={metrics.error} retry={() => void metrics.refetch()} />
          ) : metrics.data.currencies.length === 0 ? (
            <EmptyState title="No figures yet">They appear with the first payment.</EmptyState>
          ) : (
            metrics.data.currencies.map((figures) => (
              <CurrencySection key={figures.currency} figures={figures} locale={restaurant?.locale} />
            ))
          )}
        </div>
        <div className="grid min-w-0 content-start gap-4">
          <Alerts />
          <Ticker />
        </div>
      </div>
      <Kpis place={place} fromDay={fromDay} toDay={toDay} />
    </>
  );
}

function dayCount({ fromDay, toDay }: { fromDay: string; toDay: string }): string {
  const days = (Date.parse(toDay) - Date.parse(fromDay)) / 86_400_000 + 1;
  return days === 1 ? 'day' : `${days} days`;
}
