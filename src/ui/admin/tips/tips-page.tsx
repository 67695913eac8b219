'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { DayField, OneOf } from '@/ui/kit/filters';
import { PageHeader } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { businessDay } from '../format';
import { OfRestaurant } from '../of-restaurant';
import { POOL_RULES } from '../settings/texts';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useViewer, type ViewerRestaurant } from '../viewer';
import { Figures } from './figures';

export type TipsReport = inferRouterOutputs<AppRouter>['tips']['report'];
const RULES = ['NONE', 'EQUAL', 'BY_HOURS', 'BY_POINTS'] as const;

/** The tips of a period: who earned them, who gets them by the pool's rule, and who takes part. */
export function TipsPage() {
  const { role } = useViewer();
  return (
    <>
      <PageHeader title="Tips">By business day; a refunded tip counts on the day of its refund.</PageHeader>
      <OfRestaurant what="Tips belong">
        {(restaurant) =>
          role === 'admin' || restaurant.role === 'OWNER' ? (
            <Report restaurant={restaurant} />
          ) : (
            <EmptyState title="Only owners see tips">
              Ask an owner of {restaurant.name} for the report.
            </EmptyState>
          )
        }
      </OfRestaurant>
    </>
  );
}

function Report({ restaurant }: { restaurant: ViewerRestaurant }) {
  const [{ from, to, rule }, set] = useQueryStates({
    from: parseAsString.withDefault(businessDay(restaurant, -6)),
    to: parseAsString.withDefault(businessDay(restaurant)),
    rule: parseAsStringLiteral(RULES),
  });
  const report = api.tips.report.useQuery(
    { restaurantId: restaurant.id, fromDay: from, toDay: to, ...(rule && { rule }) },
    { placeholderData: (before) => before },
  );
  const refresh = useRefetch(report);
  useLive((event) => {
    if (event.type === 'payment:completed' || event.type === 'payment:refunded') refresh();
  }, refresh);
  return (
    <>
      <search aria-label="Period of the report" className="mb-4 flex flex-wrap items-end gap-3">
        <DayField label="From day" day={from} onChange={(day) => void set({ from: day })} />
        <DayField label="To day" day={to} onChange={(day) => void set({ to: day })} />
        <OneOf
          label="Shared"
          none="As the settings say"
          all={RULES}
          chosen={rule}
          onChoose={(next) => void set({ rule: next })}
          textOf={(one) => `What if: ${POOL_RULES[one].toLowerCase()}`}
          className="w-full sm:w-80"
        />
      </search>
      {report.isError && report.data && <StaleNote error={report.error} retry={refresh} />}
      {report.isPending ? (
        <SkeletonRows rows={6} />
      ) : report.data === undefined ? (
        <ErrorState error={report.error} retry={refresh} />
      ) : (
        <Figures report={report.data} restaurant={restaurant} onDone={refresh} />
      )}
    </>
  );
}
