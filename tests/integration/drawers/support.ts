import type { ServiceContext } from '@/services/context';
import { newKey, type TestApp } from '../../support/app';
import { rows, type Scene } from '../payments/support';

/** The drawer of a scene's restaurant, as its staff handle it. */
export function drawerOf({ staff, at }: Scene) {
  const { restaurantId } = at;
  const on = () => ({ restaurantId, idempotencyKey: newKey() });
  return {
    open: (floatMinor: number, more = {}) => staff.cash.drawer.open.mutate({ ...on(), floatMinor, ...more }),
    current: () => staff.cash.drawer.current.query({ restaurantId }),
    move: (direction: 'IN' | 'OUT', amountMinor: number, more = {}) =>
      staff.cash.drawer.move.mutate({ ...on(), direction, amountMinor, reason: 'Lemons', ...more }),
    close: (countedMinor: number, more = {}) =>
      staff.cash.drawer.close.mutate({ ...on(), countedMinor, ...more }),
    list: (more = {}) => staff.cash.drawer.list.query({ restaurantId, ...more }),
    zReport: (more = {}) => staff.cash.drawer.zReport.mutate({ ...on(), ...more }),
    zReports: (more = {}) => staff.cash.drawer.zReports.query({ restaurantId, ...more }),
  };
}

/** As if an admin did it at that moment. */
export function adminAt(app: TestApp, moment: Date): ServiceContext {
  const { deps } = app.server.app;
  return {
    ...deps,
    clock: { ...deps.clock, now: () => moment },
    actor: { kind: 'admin', userId: 'admin-1' },
    request: { id: newKey(), ip: null, userAgent: null },
  };
}

/** A restaurant's balances by account, without those that are zero. */
export async function balancesOf(
  app: TestApp,
  restaurantId: string,
  day?: string,
): Promise<Record<string, number>> {
  const lines = await rows<{ account: string; amount: number }>(
    app,
    `SELECT p.account, sum(p.amount)::int AS amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.restaurant_id = $1 AND ($2::date IS NULL OR t.business_day = $2::date) GROUP BY 1 HAVING sum(p.amount) <> 0`,
    [restaurantId, day ?? null],
  );
  return Object.fromEntries(lines.map((line) => [line.account, line.amount]));
}
