'use client';

import { Badge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { KPI_NAMES, targetText, valueText } from './kpi-text';

/** The success metrics of the requirements: each with its target, whether it is met, and how it is counted. */
export function Kpis({
  place,
  fromDay,
  toDay,
}: {
  place: { restaurantId?: string };
  fromDay: string;
  toDay: string;
}) {
  const read = api.analytics.kpis.useQuery(
    { ...place, fromDay, toDay },
    { placeholderData: (before) => before },
  );
  const retry = () => void read.refetch();
  return (
    <Panel title="Success metrics" className="mt-6">
      {read.isPending ? (
        <SkeletonRows rows={5} />
      ) : read.data === undefined ? (
        <ErrorState error={read.error} retry={retry} />
      ) : (
        <>
          {read.isError && <StaleNote error={read.error} retry={retry} />}
          <ul className="grid gap-x-8 gap-y-5 sm:grid-cols-2 xl:grid-cols-3">
            {read.data.kpis.map((kpi) => (
              <li key={kpi.name} className="text-sm">
                <div className="flex items-baseline justify-between gap-x-4">
                  <span className="font-medium">{KPI_NAMES[kpi.name]}</span>
                  <span
                    className={kpi.value === null ? 'shrink-0 text-muted' : 'tabular shrink-0 font-semibold'}
                  >
                    {valueText(kpi)}
                  </span>
                </div>
                {kpi.target !== null && (
                  <p className="mt-1 flex items-center justify-between gap-4 text-xs text-muted">
                    {targetText(kpi)}
                    {kpi.isMet !== null && (
                      <Badge tone={kpi.isMet ? 'good' : 'bad'}>{kpi.isMet ? 'Met' : 'Not met'}</Badge>
                    )}
                  </p>
                )}
                <p className="mt-1 text-xs text-muted">{kpi.note}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
