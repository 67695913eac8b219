'use client';

import { useState } from 'react';
import { StateBadge } from '@/ui/kit/badge';
import type { Column } from '@/ui/kit/data-table';
import { Dialog } from '@/ui/kit/dialog';
import { api } from '../api';
import { dateTime, dayText, money } from '../format';
import { PagedTable } from '../paged-table';
import { useTeam } from '../use-team';
import type { ViewerRestaurant } from '../viewer';
import { Difference, type Drawer, DrawerFacts } from './drawer-facts';

/** Every drawer of the restaurant, newest first; one opens with how its amount came about. */
export function DrawersTable({ restaurant }: { restaurant: ViewerRestaurant }) {
  const [opened, setOpened] = useState<Drawer | null>(null);
  const { nameOf } = useTeam(restaurant.id);
  const list = api.cash.drawer.list.useInfiniteQuery(
    { restaurantId: restaurant.id, limit: 50 },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const amount = (row: Drawer, minor: number | null) =>
    minor === null ? '–' : money(minor, row.currency, restaurant.locale);
  const at = (iso: string | null) =>
    iso === null ? '–' : dateTime(iso, restaurant.timeZone, restaurant.locale);
  const columns: Column<Drawer>[] = [
    {
      id: 'day',
      header: 'Business day',
      width: '8rem',
      cell: (row) => dayText(row.businessDay, restaurant.locale),
    },
    { id: 'state', header: 'State', width: '5rem', cell: (row) => <StateBadge state={row.status} /> },
    {
      id: 'expected',
      header: 'Expected',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row, row.expectedMinor),
    },
    {
      id: 'counted',
      header: 'Counted',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row, row.countedMinor),
    },
    {
      id: 'difference',
      header: 'Difference',
      width: '9rem',
      cell: (row) => <Difference minor={row.differenceMinor} amount={(minor) => amount(row, minor)} />,
    },
    { id: 'opened', header: 'Opened', width: '11.5rem', cell: (row) => at(row.openedAt) },
    { id: 'closed', header: 'Closed', width: '11.5rem', cell: (row) => at(row.closedAt) },
    {
      id: 'by',
      header: 'Closed by',
      width: 'minmax(9rem, 1fr)',
      cell: (row) => (row.closedBy === null ? '–' : nameOf(row.closedBy)),
    },
  ];
  return (
    <>
      <PagedTable
        list={list}
        label="Drawers"
        columns={columns}
        rowKey={(row) => row.id}
        onOpen={(row) => setOpened(row)}
        empty={{ title: 'No drawer yet', text: 'Open the first one with its float.' }}
      />
      {opened && (
        <Dialog
          title={`Drawer of ${dayText(opened.businessDay, restaurant.locale)}`}
          isOpen
          onClose={() => setOpened(null)}
        >
          <DrawerFacts drawer={opened} restaurant={restaurant} nameOf={nameOf} />
        </Dialog>
      )}
    </>
  );
}
