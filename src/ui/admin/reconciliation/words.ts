import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';

export type Run = inferRouterOutputs<AppRouter>['reconciliation']['runs']['list']['items'][number];
export type WayTotal = Run['totals'][number];

/** The ways in the order in which money goes. */
export const WAY_ORDER = ['ORDERS', 'LEDGER', 'PROCESSOR', 'PAYOUTS', 'BANK', 'CASH'] as const;

/** The ways of a run as people name their two sides. */
export const WAY_TEXTS: Record<string, { name: string; ours: string; theirs: string }> = {
  ORDERS: { name: 'Orders', ours: 'Paid on orders', theirs: 'Payments' },
  LEDGER: { name: 'Ledger', ours: 'Payments', theirs: 'Ledger' },
  PROCESSOR: { name: 'Stripe', ours: 'Payments, refunds, disputes', theirs: 'Stripe’s transactions' },
  PAYOUTS: { name: 'Payouts', ours: 'Stripe’s transactions', theirs: 'Payouts' },
  BANK: { name: 'Bank', ours: 'Payouts', theirs: 'Bank lines' },
  CASH: { name: 'Cash', ours: 'Expected in the drawer', theirs: 'Counted' },
};

export function wayName(way: string | null): string {
  return way === null ? 'As it happened' : (WAY_TEXTS[way]?.name ?? way);
}

/** Whether a run still has figures to come. */
export function isUnderWay(run: { state: string }): boolean {
  return run.state === 'QUEUED' || run.state === 'RUNNING';
}

/** The days that a run compares, in a few words. */
export function daysText({ fromDay, toDay, days }: Pick<Run, 'fromDay' | 'toDay' | 'days'>): string {
  const period = fromDay === toDay ? fromDay : `${fromDay} to ${toDay}`;
  return days === null || fromDay === toDay ? period : `${days.length} changed days, ${period}`;
}
