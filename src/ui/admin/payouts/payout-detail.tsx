'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge, stateText } from '@/ui/kit/badge';
import type { Column } from '@/ui/kit/data-table';
import { Facts } from '@/ui/kit/facts';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money, zoneName } from '../format';
import { PagedTable } from '../paged-table';
import { useAdminHref } from '../use-admin-href';
import { useViewer, type ViewerRestaurant } from '../viewer';
import { PayoutParts } from './payout-parts';
import { arrivalDay, SHARE_TEXTS, sumOf } from './share-text';

type Line = inferRouterOutputs<AppRouter>['payouts']['lines']['items'][number];

/** One payout: whose money it is, the remainder that nothing explains, and the movements that it pays out. */
export function PayoutDetail({
  payoutId,
  restaurant,
}: {
  payoutId: string;
  restaurant: ViewerRestaurant | null;
}) {
  const href = useAdminHref();
  const { restaurants } = useViewer();
  const found = api.payouts.get.useQuery({
    payoutId,
    ...(restaurant && { restaurantId: restaurant.id }),
  });
  const lines = api.payouts.lines.useInfiniteQuery(
    { payoutId, limit: 100, ...(restaurant && { restaurantId: restaurant.id }) },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const zone = restaurant?.timeZone ?? 'UTC';
  const at = (iso: string) => dateTime(iso, zone, restaurant?.locale);
  const nameOf = (id: string | null) => restaurants.find((one) => one.id === id)?.name ?? id ?? '–';
  const amount = (minor: number, currency: string) => money(minor, currency, restaurant?.locale);
  const columns: Column<Line>[] = [
    { id: 'at', header: `When (${zoneName(zone)})`, width: '11.5rem', cell: (row) => at(row.occurredAt) },
    { id: 'what', header: 'What', width: '9rem', cell: (row) => stateText(row.reportingCategory) },
    {
      id: 'gross',
      header: 'Gross',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row.grossMinor, row.currency),
    },
    {
      id: 'fee',
      header: 'Fee',
      width: '6rem',
      isNumber: true,
      cell: (row) => amount(row.feeMinor, row.currency),
    },
    {
      id: 'net',
      header: 'Net',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row.netMinor, row.currency),
    },
    { id: 'restaurant', header: 'Restaurant', width: '10rem', cell: (row) => nameOf(row.restaurantId) },
    {
      id: 'source',
      header: 'At Stripe',
      width: 'minmax(14rem, 1fr)',
      cell: (row) => <span className="font-mono text-xs text-muted">{row.sourceId ?? row.id}</span>,
    },
  ];
  if (found.isPending) return <SkeletonRows rows={8} />;
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  const payout = found.data;
  const remainderMinor = sumOf(payout, 'REMAINDER');
  return (
    <div className="grid grid-cols-1 gap-4">
      {remainderMinor !== 0 && (
        <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
          {amount(remainderMinor, payout.currency)} of this payout are not explained by its movements.
          Reconciliation has it in the work list.
        </p>
      )}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2 lg:items-start">
        <Panel title="Payout" actions={<StateBadge state={payout.status.toUpperCase()} />}>
          <Facts
            rows={[
              ...(payout.amountMinor === null
                ? []
                : ([['Amount', amount(payout.amountMinor, payout.currency)]] as const)),
              ['At the bank', arrivalDay(payout, restaurant?.locale)],
              ['On the bank’s line', payout.traceId ?? '–'],
              ...(payout.failureCode === null ? [] : ([['Why it failed', payout.failureCode]] as const)),
            ]}
          />
        </Panel>
        <Panel title="Whose money it is">
          {payout.shares.length === 0 ? (
            <p className="text-sm text-muted">Known once Stripe has told what it pays out.</p>
          ) : (
            <Facts
              rows={payout.shares.map((share) => [
                share.kind === 'RESTAURANT' ? nameOf(share.restaurantId) : SHARE_TEXTS[share.kind],
                amount(share.amountMinor, payout.currency),
              ])}
            />
          )}
        </Panel>
        <PayoutParts payout={payout} locale={restaurant?.locale} />
      </div>
      <PagedTable
        list={lines}
        label="Movements of the payout"
        columns={columns}
        rowKey={(row) => row.id}
        hrefOf={(row) => row.paymentId && href(`/admin/payments/${row.paymentId}`)}
        empty={{ title: 'No movements are known', text: 'They come once Stripe has told what it pays out.' }}
      />
    </div>
  );
}
