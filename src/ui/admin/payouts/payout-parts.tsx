'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { stateText } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { PlainTable } from '@/ui/kit/plain-table';
import { count, money } from '../format';

type Payout = inferRouterOutputs<AppRouter>['payouts']['get'];
type Row = { name: string; count: number | null; grossMinor: number; feeMinor: number; netMinor: number };

/** What the payout contains, kind by kind, down to its amount: what the lines do not explain is the remainder. */
export function PayoutParts({ payout, locale }: { payout: Payout; locale: string | undefined }) {
  const amount = (minor: number) => money(minor, payout.currency, locale);
  const rows = rowsOf(payout);
  return (
    <Panel title="What it contains" className="lg:col-span-2">
      {payout.parts.length === 0 ? (
        <p className="text-sm text-muted">Stripe has not told what it pays out.</p>
      ) : (
        <PlainTable
          label="What the payout contains"
          columns={[
            { id: 'what', header: 'What', isWhole: true, cell: (row: Row) => row.name },
            {
              id: 'count',
              header: 'Movements',
              isNumber: true,
              cell: (row) => (row.count === null ? '' : count(row.count, locale)),
            },
            { id: 'gross', header: 'Gross', isNumber: true, cell: (row) => amount(row.grossMinor) },
            { id: 'fee', header: 'Fees', isNumber: true, cell: (row) => amount(row.feeMinor) },
            { id: 'net', header: 'Net', isNumber: true, cell: (row) => amount(row.netMinor) },
          ]}
          rows={rows}
          rowKey={(row) => row.name}
        />
      )}
    </Panel>
  );
}

function rowsOf({ parts, amountMinor }: Payout): Row[] {
  const sum = (field: 'count' | 'grossMinor' | 'feeMinor' | 'netMinor') =>
    parts.reduce((total, part) => total + part[field], 0);
  const netMinor = sum('netMinor');
  const restMinor = amountMinor === null ? 0 : amountMinor - netMinor;
  return [
    ...parts.map(({ reportingCategory, ...part }) => ({ ...part, name: stateText(reportingCategory) })),
    { name: 'Sum', count: sum('count'), grossMinor: sum('grossMinor'), feeMinor: sum('feeMinor'), netMinor },
    ...(amountMinor === null
      ? []
      : [{ name: 'Remainder', count: null, grossMinor: restMinor, feeMinor: 0, netMinor: restMinor }]),
  ];
}
