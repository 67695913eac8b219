import { readPoolShares, readTipFacts } from '@/db/sql/tips';
import {
  creditServers,
  type PoolMember,
  type ServerTips,
  shareTips,
  type TipPoolRule,
  tipWeights,
} from '@/domain/tip-pool';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { readRestaurantSettings } from '../restaurant-settings';
import { type TipSums, type TipsReportInput, type TipsReportView, tipsReportInput } from './schemas';

type TipFact = {
  businessDay: string;
  currency: string;
  /** Signed: given back is negative. */
  tipMinor: number;
  /** What the payment's tip came to before this fact. */
  beforeMinor: number;
  /** A payment brought it; else a refund, one that failed later, or a change of a paid order. */
  isCollected: boolean;
  orders: { serverId: string | null; ownTipMinor: number; coveredMinor: number }[];
  /** The payment's tip as it was paid; 0 of a fact without a payment. */
  wholeTipMinor: number;
};

/**
 * The tips of a period by business day and server, as the ledger holds them, and who gets what by the pool's rule. Refunds of
 * tips count on their own day. For the owner and admins.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT
 */
export async function reportTips(ctx: ServiceContext, raw: TipsReportInput): Promise<TipsReportView> {
  const { restaurantId, fromDay, toDay, rule: wanted } = parseInput(tipsReportInput, raw);
  await authorizedRestaurant(ctx.db, ctx, 'tips.report', restaurantId);
  const rule = wanted ?? (await readRestaurantSettings(ctx.db, restaurantId)).tipPoolRule;
  const facts = await ctx.db.query<TipFact>(readTipFacts, [restaurantId, fromDay, toDay]);
  const members = await ctx.db.query<PoolMember & { businessDay: string }>(readPoolShares, [
    restaurantId,
    fromDay,
    toDay,
  ]);
  const days = [...groupBy(facts, (fact) => `${fact.businessDay} ${fact.currency}`).values()].map((ofDay) =>
    dayOf(rule, ofDay, members),
  );
  const totals = [...groupBy(days, (day) => day.currency).values()].map(totalOf);
  const pools = [...groupBy(members, (member) => member.businessDay)].map(([businessDay, ofDay]) => ({
    businessDay,
    members: ofDay.map(({ businessDay: _day, ...member }) => member),
  }));
  return { restaurantId, fromDay, toDay, rule, days, totals, pools };
}

function dayOf(
  rule: TipPoolRule,
  facts: readonly [TipFact, ...TipFact[]],
  members: readonly (PoolMember & { businessDay: string })[],
): TipsReportView['days'][number] {
  const [{ businessDay, currency }] = facts;
  const collectedMinor = sumOf(facts.map((f) => (f.isCollected ? f.tipMinor : 0)));
  const refundedMinor = sumOf(facts.map((f) => (f.isCollected ? 0 : 0 - f.tipMinor)));
  const servers = merge(facts.flatMap(credit), (tips) => tips.serverId).map(
    ([serverId, lines]): ServerTips => ({ serverId, tipMinor: sumOf(lines.map((l) => l.tipMinor)) }),
  );
  return {
    businessDay,
    currency,
    collectedMinor,
    refundedMinor,
    netMinor: collectedMinor - refundedMinor,
    servers,
    shares: shareTips(
      rule,
      servers,
      members.filter((m) => m.businessDay === businessDay),
    ),
  };
}

function credit({ tipMinor, beforeMinor, wholeTipMinor, orders }: TipFact): ServerTips[] {
  const weights = tipWeights(wholeTipMinor, orders);
  const weighed = orders.map(({ serverId }, index) => ({ serverId, weight: weights[index] ?? 0 }));
  return creditServers(tipMinor, weighed, beforeMinor);
}

function totalOf(days: readonly [TipSums, ...TipSums[]]): TipSums {
  const sum = (key: 'collectedMinor' | 'refundedMinor' | 'netMinor') => sumOf(days.map((day) => day[key]));
  return {
    currency: days[0].currency,
    collectedMinor: sum('collectedMinor'),
    refundedMinor: sum('refundedMinor'),
    netMinor: sum('netMinor'),
    servers: merge(
      days.flatMap((day) => day.servers),
      (tips) => tips.serverId,
    ).map(([serverId, lines]) => ({ serverId, tipMinor: sumOf(lines.map((l) => l.tipMinor)) })),
    shares: merge(
      days.flatMap((day) => day.shares),
      (share) => share.userId,
    ).map(([userId, lines]) => ({ userId, shareMinor: sumOf(lines.map((l) => l.shareMinor)) })),
  };
}

/** Lines by person, people by id, nobody last. */
function merge<Line>(
  lines: readonly Line[],
  personOf: (line: Line) => string | null,
): [string | null, readonly Line[]][] {
  const byPerson = [...groupBy(lines, personOf)];
  return byPerson.sort(([a], [b]) => (a === null ? 1 : b === null || a < b ? -1 : 1));
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, [Item, ...Item[]]> {
  const groups = new Map<Key, [Item, ...Item[]]>();
  for (const item of items) {
    const known = groups.get(keyOf(item));
    if (known) known.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
