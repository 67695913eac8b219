import { allocate } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';

/** How a business day's tips are shared. NONE: everybody keeps what their own orders brought. */
export const TIP_POOL_RULES = ['NONE', 'EQUAL', 'BY_HOURS', 'BY_POINTS'] as const;
export type TipPoolRule = (typeof TIP_POOL_RULES)[number];

/** Who takes part in a pool; whole minutes and points, each >= 0. */
export interface PoolMember {
  userId: string;
  minutesWorked: number;
  points: number;
}

/** Tips of one server's orders; null: orders of no known server. May be negative on a day of refunds. */
export interface ServerTips {
  serverId: string | null;
  tipMinor: number;
}

/** `userId` null: nobody is known to take it. */
export interface TipShare {
  userId: string | null;
  shareMinor: number;
}

const WEIGHT: Record<Exclude<TipPoolRule, 'NONE'>, (member: PoolMember) => number> = {
  EQUAL: () => 1,
  BY_HOURS: (member) => member.minutesWorked,
  BY_POINTS: (member) => member.points,
};

/**
 * Who gets what of the tips; the shares sum to them exactly. Pooled: by largest remainder over hours or points, in the order
 * of user ids; if nobody has any, in equal parts. Without members the servers themselves are the pool.
 */
export function shareTips(
  rule: TipPoolRule,
  tips: readonly ServerTips[],
  members: readonly PoolMember[],
): TipShare[] {
  if (rule === 'NONE')
    return tips.map(({ serverId, tipMinor }) => ({ userId: serverId, shareMinor: tipMinor }));
  const totalMinor = sumMinor(tips.map((t) => t.tipMinor));
  const pool = [...(members.length > 0 ? members : poolOf(tips))].sort((a, b) =>
    a.userId < b.userId ? -1 : 1,
  );
  if (pool.length === 0) return totalMinor === 0 ? [] : [{ userId: null, shareMinor: totalMinor }];
  const shares = allocate(totalMinor, pool.map(WEIGHT[rule]));
  return pool.map(({ userId }, index) => ({ userId, shareMinor: shares[index] ?? 0 }));
}

function poolOf(tips: readonly ServerTips[]): PoolMember[] {
  return tips.flatMap(({ serverId }) =>
    serverId === null ? [] : [{ userId: serverId, minutesWorked: 0, points: 0 }],
  );
}

/**
 * How much of a payment's whole tip is each order's: its own tip, which came with the order, and of what the payer added a part in
 * proportion to what the payment covers of it. Without any tip, what it covers.
 * @param wholeMinor the payment's tip, the orders' own ones included
 */
export function tipWeights(
  wholeMinor: number,
  orders: readonly { ownTipMinor: number; coveredMinor: number }[],
): number[] {
  const covered = orders.map((order) => order.coveredMinor);
  if (wholeMinor <= 0) return covered;
  const addedMinor = Math.max(0, wholeMinor - sumMinor(orders.map((order) => order.ownTipMinor)));
  const added = allocate(addedMinor, covered);
  return orders.map((order, index) => order.ownTipMinor + (added[index] ?? 0));
}

/**
 * Credits a payment's tip to the servers of the orders it covers, in proportion to their weights (tipWeights); signed, exact in sum.
 * What is given back in parts takes from each server what the whole would: nobody is left with a cent, or owes one.
 * @param orders weights >= 0; none: nobody's
 * @param beforeMinor what the payment's tip came to before this part of it
 */
export function creditServers(
  tipMinor: number,
  orders: readonly { serverId: string | null; weight: number }[],
  beforeMinor = 0,
): ServerTips[] {
  if (orders.length === 0) return [{ serverId: null, tipMinor }];
  const weights = orders.map((order) => order.weight);
  const before = allocate(beforeMinor, weights);
  const after = allocate(beforeMinor + tipMinor, weights);
  return orders.map(({ serverId }, index) => ({
    serverId,
    tipMinor: (after[index] ?? 0) - (before[index] ?? 0),
  }));
}
