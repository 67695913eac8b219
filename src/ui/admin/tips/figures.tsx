'use client';

import { useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Panel, Stat } from '@/ui/kit/panel';
import { PlainTable } from '@/ui/kit/plain-table';
import { EmptyState } from '@/ui/kit/states';
import { dayText, money } from '../format';
import { POOL_RULES } from '../settings/texts';
import { useTeam } from '../use-team';
import type { ViewerRestaurant } from '../viewer';
import { PoolDialog } from './pool-dialog';
import type { TipsReport } from './tips-page';

type Sums = TipsReport['totals'][number];

/** The figures of the period by currency: sums, who gets what, and the days with their pools. */
export function Figures({
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
