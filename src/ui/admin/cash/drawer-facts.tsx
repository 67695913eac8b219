import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { Badge } from '@/ui/kit/badge';
import { Facts } from '@/ui/kit/facts';
import { PlainTable } from '@/ui/kit/plain-table';
import { dateTime, dayText, money } from '../format';
import type { ViewerRestaurant } from '../viewer';

export type Drawer = inferRouterOutputs<AppRouter>['cash']['drawer']['list']['items'][number];

/** How far the count is from what should lie there, in words and with its sign. */
export function Difference({ minor, amount }: { minor: number | null; amount(minor: number): string }) {
  if (minor === null) return '–';
  if (minor === 0) return <Badge tone="good">Exact</Badge>;
  return (
    <Badge tone={minor < 0 ? 'bad' : 'warning'}>
      {amount(Math.abs(minor))} {minor < 0 ? 'short' : 'over'}
    </Badge>
  );
}

/** How a drawer's amount came to be, and the cash that was moved beside payments. */
export function DrawerFacts({
  drawer,
  restaurant,
  nameOf,
}: {
  drawer: Drawer;
  restaurant: ViewerRestaurant;
  nameOf(actor: string): string;
}) {
  const amount = (minor: number) => money(minor, drawer.currency, restaurant.locale);
  const at = (iso: string) => dateTime(iso, restaurant.timeZone, restaurant.locale);
  return (
    <div className="grid grid-cols-1 gap-6">
      <Facts
        rows={[
          ['Float', amount(drawer.floatMinor)],
          ['Cash payments', amount(drawer.cashPaymentsMinor)],
          ['Put in', amount(drawer.payInsMinor)],
          ['Cash refunds', amount(-drawer.cashRefundsMinor)],
          ['Taken out', amount(-drawer.payOutsMinor)],
          ['Expected', <strong key="expected">{amount(drawer.expectedMinor)}</strong>],
          ...(drawer.countedMinor === null
            ? []
            : ([
                ['Counted', amount(drawer.countedMinor)],
                [
                  'Difference',
                  <Difference key="difference" minor={drawer.differenceMinor} amount={amount} />,
                ],
              ] as const)),
          ['Business day', dayText(drawer.businessDay, restaurant.locale)],
          ['Opened', `${at(drawer.openedAt)} by ${nameOf(drawer.openedBy)}`],
          ...(drawer.closedAt === null
            ? []
            : ([['Closed', `${at(drawer.closedAt)} by ${nameOf(drawer.closedBy ?? '')}`]] as const)),
        ]}
      />
      {drawer.movements.length === 0 ? (
        <p className="text-sm text-muted">Nothing was put in or taken out beside payments.</p>
      ) : (
        <PlainTable
          label="Cash put in and taken out"
          rows={drawer.movements}
          rowKey={(movement) => movement.id}
          columns={[
            { id: 'at', header: 'When', isWhole: true, cell: (movement) => at(movement.movedAt) },
            {
              id: 'amount',
              header: 'Amount',
              isNumber: true,
              cell: (movement) =>
                amount(movement.kind === 'PAY_IN' ? movement.amountMinor : -Math.abs(movement.amountMinor)),
            },
            {
              id: 'reason',
              header: 'Why',
              cell: (movement) => <span className="block min-w-40">{movement.reason}</span>,
            },
            { id: 'by', header: 'Who', isWhole: true, cell: (movement) => nameOf(movement.movedBy) },
          ]}
        />
      )}
    </div>
  );
}
