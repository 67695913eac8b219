'use client';

import { parseAsString, useQueryState } from 'nuqs';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import type { Column } from '@/ui/kit/data-table';
import { PageHeader } from '@/ui/kit/panel';
import { EmptyState } from '@/ui/kit/states';
import { api } from '../api';
import { money } from '../format';
import { PagedTable } from '../paged-table';
import { useIsOwner, useRestaurant, useViewer } from '../viewer';
import { PayoutDetail } from './payout-detail';
import { arrivalDay, type Payout, sumOf } from './share-text';

/** What reached the bank: whole payouts for admins, the restaurant's part of each for its owners. */
export function PayoutsPage() {
  const { restaurant } = useRestaurant();
  const mayRead = useIsOwner();
  return mayRead ? (
    <Payouts key={restaurant?.id ?? ''} />
  ) : (
    <>
      <PageHeader title="Payouts" />
      <EmptyState title="Only owners see payouts">Ask an owner of the restaurant.</EmptyState>
    </>
  );
}

/** Payouts have no live events: they come a few times a week. */
const REFRESH_MS = 60_000;

function Payouts() {
  const { role } = useViewer();
  const { restaurant } = useRestaurant();
  const [payoutId, setPayoutId] = useQueryState('payout', parseAsString.withOptions({ history: 'push' }));
  const list = api.payouts.list.useInfiniteQuery(
    { limit: 50, ...(restaurant && { restaurantId: restaurant.id }) },
    { getNextPageParam: (page) => page.nextCursor, refetchInterval: REFRESH_MS },
  );
  const amount = (row: Payout, minor: number) => money(minor, row.currency, restaurant?.locale);
  const columns: Column<Payout>[] = [
    {
      id: 'arrival',
      header: 'At the bank',
      width: '8rem',
      cell: (row) => arrivalDay(row, restaurant?.locale),
    },
    {
      id: 'state',
      header: 'State',
      width: '7rem',
      cell: (row) => <StateBadge state={row.status.toUpperCase()} />,
    },
    ...(restaurant === null
      ? [
          {
            id: 'amount',
            header: 'Amount',
            width: '8rem',
            isNumber: true as const,
            cell: (row: Payout) => (row.amountMinor === null ? '–' : amount(row, row.amountMinor)),
          },
        ]
      : []),
    {
      id: 'restaurants',
      header: restaurant === null ? 'For restaurants' : `For ${restaurant.name}`,
      width: '10rem',
      isNumber: true,
      cell: (row) => amount(row, sumOf(row, 'RESTAURANT')),
    },
    ...(restaurant === null
      ? [
          {
            id: 'remainder',
            header: 'Remainder',
            width: '8rem',
            isNumber: true as const,
            cell: (row: Payout) => {
              const minor = sumOf(row, 'REMAINDER');
              return minor === 0 ? '–' : <strong className="text-bad">{amount(row, minor)}</strong>;
            },
          },
        ]
      : []),
    { id: 'failure', header: 'Why it failed', width: '10rem', cell: (row) => row.failureCode ?? '–' },
    { id: 'trace', header: 'On the bank’s line', width: '12rem', cell: (row) => row.traceId ?? '–' },
    {
      id: 'id',
      header: 'Payout',
      width: 'minmax(14rem, 1fr)',
      cell: (row) => <span className="font-mono text-xs text-muted">{row.id}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title="Payouts"
        actions={payoutId !== null && <Button onClick={() => void setPayoutId(null)}>All payouts</Button>}
      >
        {role === 'admin' && restaurant === null
          ? 'One payout holds the money of several restaurants; their parts sum to it exactly.'
          : 'The part of each payout that is this restaurant’s.'}
      </PageHeader>
      {payoutId === null ? (
        <PagedTable
          list={list}
          label="Payouts"
          columns={columns}
          rowKey={(row) => row.id}
          onOpen={(row) => void setPayoutId(row.id)}
          empty={{
            title: 'No payout yet',
            text: 'Stripe pays out some days after the first card payments. Payouts appear here by themselves.',
          }}
        />
      ) : (
        <PayoutDetail payoutId={payoutId} restaurant={restaurant} />
      )}
    </>
  );
}
