'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { Field, Input, Select } from '@/ui/kit/field';
import { PageHeader } from '@/ui/kit/panel';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dayIn } from '../format';
import { OfRestaurant } from '../of-restaurant';
import { POOL_RULES } from '../settings/texts';
import { useLive } from '../use-live';
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
  const today = dayIn(restaurant.timeZone);
  const [{ from, to, rule }, set] = useQueryStates({
    from: parseAsString.withDefault(dayIn(restaurant.timeZone, -6)),
    to: parseAsString.withDefault(today),
    rule: parseAsStringLiteral(RULES),
  });
  const report = api.tips.report.useQuery(
    { restaurantId: restaurant.id, fromDay: from, toDay: to, ...(rule && { rule }) },
    { placeholderData: (before) => before },
  );
  const refresh = () => void report.refetch();
  useLive((event) => {
    if (event.type === 'payment:completed' || event.type === 'payment:refunded') refresh();
  }, refresh);
  return (
    <>
      <search aria-label="Period of the report" className="mb-4 flex flex-wrap items-end gap-3">
        <Field label="From day" className="min-w-36 flex-1 sm:max-w-40">
          {(control) => (
            <Input
              {...control}
              type="date"
              value={from}
              onChange={(event) => void set({ from: event.target.value || null })}
            />
          )}
        </Field>
        <Field label="To day" className="min-w-36 flex-1 sm:max-w-40">
          {(control) => (
            <Input
              {...control}
              type="date"
              value={to}
              onChange={(event) => void set({ to: event.target.value || null })}
            />
          )}
        </Field>
        <Field label="Shared" className="w-full sm:w-80">
          {(control) => (
            <Select
              {...control}
              value={rule ?? ''}
              onChange={(event) =>
                void set({ rule: RULES.find((one) => one === event.target.value) ?? null })
              }
            >
              <option value="">As the settings say</option>
              {RULES.map((one) => (
                <option key={one} value={one}>
                  What if: {POOL_RULES[one].toLowerCase()}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </search>
      {report.isPending ? (
        <SkeletonRows rows={6} />
      ) : report.isError ? (
        <ErrorState error={report.error} retry={refresh} />
      ) : (
        <Figures report={report.data} restaurant={restaurant} onDone={refresh} />
      )}
    </>
  );
}
