'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { Button } from '@/ui/kit/button';
import { Field, Input, Select } from '@/ui/kit/field';
import { PageHeader, Panel, Stat } from '@/ui/kit/panel';
import { PlainTable } from '@/ui/kit/plain-table';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dayIn, dayText, money } from '../format';
import { OfRestaurant } from '../of-restaurant';
import { POOL_RULES } from '../settings/texts';
import { useLive } from '../use-live';
import { useTeam } from '../use-team';
import { useViewer, type ViewerRestaurant } from '../viewer';
import { PoolDialog } from './pool-dialog';

export type TipsReport = inferRouterOutputs<AppRouter>['tips']['report'];
type Sums = TipsReport['totals'][number];
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

function Figures({
  report,
  restaurant,
  onDone,
}: {
  report: TipsReport;
  restaurant: ViewerRestaurant;
  onDone(): void;
}) {
  const [poolDay, setPoolDay] = useState<string | null>(null);
  const { people, nameOf } = useTeam(restaurant.id);
  const amountIn = (currency: string) => (minor: number) => money(minor, currency, restaurant.locale);
  const days = [...new Set([...report.days, ...report.pools].map((one) => one.businessDay))].sort().reverse();
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="text-sm text-muted">{POOL_RULES[report.rule]}.</p>
      {report.totals.length === 0 && (
        <EmptyState title="No tips in this period">Tips appear here as soon as guests leave some.</EmptyState>
      )}
      {report.totals.map((total) => {
        const amount = amountIn(total.currency);
        return (
          <div key={total.currency} className="grid grid-cols-1 gap-4">
            <div className="grid gap-4 sm:grid-cols-3">
              <Stat label="Collected" value={amount(total.collectedMinor)} />
              <Stat label="Refunded" value={amount(total.refundedMinor)} />
              <Stat label="To be paid out" value={amount(total.netMinor)} />
            </div>
            <Panel title={`Who gets what in ${total.currency}`}>
              <PlainTable
                label={`Tips by person in ${total.currency}`}
                rows={byPerson(total)}
                rowKey={(row) => row.userId ?? ''}
                columns={[
                  {
                    id: 'who',
                    header: 'Who',
                    cell: (row) => (row.userId === null ? 'Nobody in particular' : nameOf(row.userId)),
                  },
                  {
                    id: 'own',
                    header: 'Own orders brought',
                    isNumber: true,
                    cell: (row) => amount(row.tipMinor),
                  },
                  {
                    id: 'share',
                    header: 'Gets',
                    isNumber: true,
                    cell: (row) => <strong>{amount(row.shareMinor)}</strong>,
                  },
                ]}
              />
            </Panel>
          </div>
        );
      })}
      <Panel
        title="Days"
        actions={
          // A day of the period: the pool of any other is not known here, and saving would replace it.
          <Button onClick={() => setPoolDay(report.toDay)}>
            Hours and points of {dayText(report.toDay, restaurant.locale)}
          </Button>
        }
      >
        {days.length === 0 ? (
          <p className="text-sm text-muted">No day of this period has tips or a pool.</p>
        ) : (
          <PlainTable
            label="Tips by day"
            rows={days}
            rowKey={(day) => day}
            columns={[
              {
                id: 'day',
                header: 'Business day',
                isWhole: true,
                cell: (day) => dayText(day, restaurant.locale),
              },
              {
                id: 'net',
                header: 'Net tips',
                isNumber: true,
                cell: (day) =>
                  report.days
                    .filter((one) => one.businessDay === day)
                    .map((one) => amountIn(one.currency)(one.netMinor))
                    .join(' · ') || '–',
              },
              {
                id: 'pool',
                header: 'In the pool',
                isNumber: true,
                cell: (day) => poolOf(report, day).length || '–',
              },
              {
                id: 'change',
                header: 'Pool',
                cell: (day) => (
                  <Button
                    size="small"
                    onClick={() => setPoolDay(day)}
                    aria-label={`Change hours and points of ${dayText(day)}`}
                  >
                    Change
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      {poolDay !== null && (
        <PoolDialog
          restaurant={restaurant}
          businessDay={poolDay}
          members={poolOf(report, poolDay)}
          people={people}
          nameOf={nameOf}
          onClose={() => setPoolDay(null)}
          onDone={onDone}
        />
      )}
    </div>
  );
}

function poolOf(report: TipsReport, day: string) {
  return report.pools.find((pool) => pool.businessDay === day)?.members ?? [];
}

/** What each brought beside what each gets. */
function byPerson(total: Sums) {
  const ids = new Set([
    ...total.shares.map((share) => share.userId),
    ...total.servers.map((tips) => tips.serverId),
  ]);
  return [...ids].map((userId) => ({
    userId,
    tipMinor: total.servers.find((tips) => tips.serverId === userId)?.tipMinor ?? 0,
    shareMinor: total.shares.find((share) => share.userId === userId)?.shareMinor ?? 0,
  }));
}
