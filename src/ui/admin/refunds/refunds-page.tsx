'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge, stateText } from '@/ui/kit/badge';
import type { Column } from '@/ui/kit/data-table';
import { OneOf } from '@/ui/kit/filters';
import { PageHeader } from '@/ui/kit/panel';
import { askedByText } from '../actor-text';
import { api } from '../api';
import { dateTime, money, zoneName } from '../format';
import { PagedTable } from '../paged-table';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useRestaurant, useViewer } from '../viewer';

type Refund = inferRouterOutputs<AppRouter>['refunds']['list']['items'][number];
const STATES = ['PROCESSING', 'COMPLETED', 'FAILED'] as const;

/** Every refund, newest first, with who asked and why. */
export function RefundsPage() {
  const href = useAdminHref();
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  const [state, setState] = useQueryState('state', parseAsStringLiteral(STATES));
  const list = api.refunds.list.useInfiniteQuery(
    { limit: 100, ...(restaurant && { restaurantId: restaurant.id }), ...(state && { status: [state] }) },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const refresh = useRefetch(list);
  useLive((event) => {
    if (event.type === 'payment:refunded' || event.type === 'payment:status_updated') refresh();
  }, refresh);
  const placeOf = (id: string) => restaurants.find((one) => one.id === id);
  const columns: Column<Refund>[] = [
    {
      id: 'time',
      header: 'Asked',
      width: '11.5rem',
      cell: (row) => {
        const place = placeOf(row.restaurantId);
        return dateTime(row.createdAt, place?.timeZone ?? 'UTC', place?.locale);
      },
    },
    {
      id: 'amount',
      header: 'Amount',
      width: '7rem',
      isNumber: true,
      cell: (row) => money(row.refundMinor, row.currency, placeOf(row.restaurantId)?.locale),
    },
    { id: 'state', header: 'State', width: '8rem', cell: (row) => <StateBadge state={row.status} /> },
    { id: 'method', header: 'Back by', width: '5rem', cell: (row) => stateText(row.method) },
    {
      id: 'restaurant',
      header: 'Restaurant',
      width: '10rem',
      cell: (row) => placeOf(row.restaurantId)?.name ?? row.restaurantId,
    },
    {
      id: 'reason',
      header: 'Reason',
      width: 'minmax(14rem, 1fr)',
      cell: (row) => row.failureReason ?? row.reason,
    },
    { id: 'by', header: 'Asked by', width: '10rem', cell: askedByText },
  ];
  return (
    <>
      <PageHeader title="Refunds">
        A card refund is processing until Stripe has sent the money. Times are in{' '}
        {restaurant ? `the restaurant’s zone, ${zoneName(restaurant.timeZone)}.` : 'each restaurant’s zone.'}
      </PageHeader>
      <OneOf
        label="State"
        none="Any"
        all={STATES}
        chosen={state}
        onChoose={(next) => void setState(next)}
        textOf={stateText}
        className="mb-4 w-44"
      />
      <PagedTable
        list={list}
        label="Refunds"
        columns={columns}
        rowKey={(row) => row.id}
        hrefOf={(row) => href(`/admin/payments/${row.paymentId}`)}
        empty={{ title: 'No refunds here', text: 'Open a completed payment to give money back.' }}
      />
    </>
  );
}
