'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { stateText } from '@/ui/kit/badge';
import type { Column } from '@/ui/kit/data-table';
import { Field, Select } from '@/ui/kit/field';
import { PageHeader } from '@/ui/kit/panel';
import { api } from '../api';
import { dateTime, money } from '../format';
import { PagedTable } from '../paged-table';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useRestaurant, useViewer } from '../viewer';
import { Deadline } from './deadline';
import { DisputeState } from './state';

type Dispute = inferRouterOutputs<AppRouter>['disputes']['list']['items'][number];
const SHOWN = ['open', 'decided', 'all'] as const;
const TEXTS: Record<(typeof SHOWN)[number], string> = {
  open: 'Not decided yet',
  decided: 'Decided',
  all: 'All',
};

/** Payments that a guest's bank questions, with the time that is left to answer. */
export function DisputesPage() {
  const href = useAdminHref();
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  const [shown, setShown] = useQueryState('show', parseAsStringLiteral(SHOWN).withDefault('open'));
  const list = api.disputes.list.useInfiniteQuery(
    {
      limit: 100,
      ...(restaurant && { restaurantId: restaurant.id }),
      ...(shown !== 'all' && { isOpen: shown === 'open' }),
    },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const refresh = useRefetch(list);
  useLive((event) => {
    if (event.type === 'dispute:created' || event.type === 'dispute:updated') refresh();
  }, refresh);
  const placeOf = (id: string) => restaurants.find((one) => one.id === id);
  const at = (row: Dispute, iso: string) =>
    dateTime(iso, placeOf(row.restaurantId)?.timeZone ?? 'UTC', placeOf(row.restaurantId)?.locale);
  const columns: Column<Dispute>[] = [
    { id: 'opened', header: 'Opened', width: '11.5rem', cell: (row) => at(row, row.openedAt) },
    {
      id: 'amount',
      header: 'Amount',
      width: '7rem',
      isNumber: true,
      cell: (row) => money(row.amountMinor, row.currency, placeOf(row.restaurantId)?.locale),
    },
    { id: 'state', header: 'State', width: '10rem', cell: (row) => <DisputeState status={row.status} /> },
    {
      id: 'deadline',
      header: 'Time to answer',
      width: '9rem',
      cell: (row) =>
        row.status.endsWith('needs_response') ? (
          <Deadline dueAt={row.evidenceDueAt} />
        ) : row.hasEvidence ? (
          'Answered'
        ) : (
          '–'
        ),
    },
    {
      id: 'reason',
      header: 'The guest says',
      width: 'minmax(12rem, 1fr)',
      cell: (row) => stateText(row.reason),
    },
    {
      id: 'restaurant',
      header: 'Restaurant',
      width: '10rem',
      cell: (row) => placeOf(row.restaurantId)?.name ?? row.restaurantId,
    },
  ];
  return (
    <>
      <PageHeader title="Disputes">
        A bank is answered once, and in time: without an answer the money is lost. Times are in each
        restaurant’s zone.
      </PageHeader>
      <Field label="Show" className="mb-4 w-44">
        {(control) => (
          <Select
            {...control}
            value={shown}
            onChange={(event) => void setShown(SHOWN.find((one) => one === event.target.value) ?? 'open')}
          >
            {SHOWN.map((one) => (
              <option key={one} value={one}>
                {TEXTS[one]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <PagedTable
        list={list}
        label="Disputes"
        columns={columns}
        rowKey={(row) => row.id}
        hrefOf={(row) => href(`/admin/disputes/${row.id}`)}
        empty={{
          title: shown === 'decided' ? 'No dispute was decided yet' : 'No disputes',
          text: 'When a guest’s bank questions a payment, it appears here with the time to answer.',
        }}
      />
    </>
  );
}
