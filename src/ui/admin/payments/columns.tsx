import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge } from '@/ui/kit/badge';
import type { Column } from '@/ui/kit/data-table';
import { dateTime, money } from '../format';
import type { ViewerRestaurant } from '../viewer';
import { methodText } from './method-text';

export type ListedPayment = inferRouterOutputs<AppRouter>['payments']['list']['items'][number];

/** Columns in their order; `placeOf` says whose zone and language a row is shown in. */
export function paymentColumns(
  placeOf: (restaurantId: string) => ViewerRestaurant | null,
): readonly Column<ListedPayment>[] {
  const at = (row: ListedPayment) => {
    const place = placeOf(row.restaurantId);
    return dateTime(row.createdAt, place?.timeZone ?? 'UTC', place?.locale);
  };
  const amount = (row: ListedPayment, minor: number) =>
    money(minor, row.currency, placeOf(row.restaurantId)?.locale);
  return [
    { id: 'time', header: 'Started', width: '11.5rem', cell: at },
    {
      id: 'total',
      header: 'Total',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row, row.totalMinor),
    },
    { id: 'state', header: 'State', width: '9.5rem', cell: (row) => <StateBadge state={row.status} /> },
    { id: 'method', header: 'Method', width: '9rem', cell: methodText },
    { id: 'order', header: 'Order', width: '7rem', cell: (row) => row.orderNumbers.join(', ') },
    { id: 'table', header: 'Table', width: '6rem', cell: (row) => row.tableName ?? '–' },
    { id: 'restaurant', header: 'Restaurant', width: '10rem', cell: (row) => row.restaurantName },
    { id: 'tip', header: 'Tip', width: '6rem', isNumber: true, cell: (row) => amount(row, row.tipMinor) },
    {
      id: 'refunded',
      header: 'Refunded',
      width: '6rem',
      isNumber: true,
      cell: (row) => (row.refundedMinor === 0 ? '–' : amount(row, row.refundedMinor)),
    },
    { id: 'receipt', header: 'Receipt', width: '9rem', cell: (row) => row.receiptNumber ?? '–' },
    {
      id: 'id',
      header: 'Payment id',
      width: 'minmax(20rem, 1fr)',
      cell: (row) => <span className="font-mono text-xs text-muted">{row.id}</span>,
    },
  ];
}
