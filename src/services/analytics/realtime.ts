import { readRealtime } from '@/db/sql/metric-reads';
import type { ServiceContext } from '../context';
import { onReplica } from '../on-replica';
import { parseInput } from '../parse';
import { type ScopeInput, scopeInput } from './schemas';
import { byCurrency, type MetricScope, metricScope } from './scope';
import type { RealtimeView } from './view';

/**
 * The last hour and what is open now, from the payments themselves.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function readRealtimeFigures(ctx: ServiceContext, raw: ScopeInput): Promise<RealtimeView> {
  const { restaurantId } = parseInput(scopeInput, raw);
  return realtimeOf(ctx, await metricScope(ctx, restaurantId));
}

export async function realtimeOf(ctx: ServiceContext, scope: MetricScope): Promise<RealtimeView> {
  const now = ctx.clock.now();
  type Row = RealtimeView['currencies'][number];
  const rows = await onReplica(ctx).db.query<Row>(readRealtime, [scope.restaurantIds, now]);
  const own: Row = {
    currency: scope.currency,
    recentTransactions: 0,
    recentRevenueMinor: 0,
    pendingPayments: 0,
    pendingMinor: 0,
    failedLast24h: 0,
  };
  const all = rows.some((row) => row.currency === scope.currency) ? rows : [own, ...rows];
  return {
    restaurantId: scope.restaurantId,
    at: now.toISOString(),
    currencies: all.toSorted(byCurrency(scope)),
  };
}
