import { readMoneyGroups, readRefundedOfDays } from '@/db/sql/reconciliation-summary';
import { sumMinor } from '@/domain/money';
import { isCaptured, type PaymentStatus } from '@/domain/payment/status';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { type WireMethod, wireMethod } from '../legacy/wire-method';
import { parseInput } from '../parse';
import type { PaymentMethod } from '../payments/view';
import { listDiscrepancies } from './read-discrepancies';
import { type DiscrepancyView, type SummaryInput, summaryInput } from './schemas';

/** Figures of a period in one currency, in minor units, and the open discrepancies. */
export interface ReconciliationSummary {
  currency: string;
  grossMinor: number;
  /** Refunded on days of the period, whenever it was paid (decision 13). */
  refundedMinor: number;
  netMinor: number;
  pendingMinor: number;
  failedMinor: number;
  counts: { completed: number; pending: number; failed: number; refunded: number; total: number };
  byMethod: { method: WireMethod; count: number; amountMinor: number }[];
  /** Newest first, at most MAX_DISCREPANCIES. */
  discrepancies: DiscrepancyView[];
  /** Whether more are open than `discrepancies` has. */
  areDiscrepanciesCut: boolean;
}

type Group = {
  method: PaymentMethod;
  funding: string | null;
  status: PaymentStatus;
  count: number;
  totalMinor: number;
};

const PAGE = 100;
const MAX_DISCREPANCIES = 500;

/**
 * The reconciliation report of the existing clients: the money of some business days, and the open discrepancies.
 * Amounts are in the restaurant's currency, or, over all restaurants, in the platform's.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function readSummary(ctx: ServiceContext, raw: SummaryInput): Promise<ReconciliationSummary> {
  const input = parseInput(summaryInput, raw);
  const restaurantId = input.restaurantId ?? null;
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.read');
  authorize(ctx.actor, 'reconciliation.read', { restaurantId }, 'Restaurant');
  const restaurant =
    restaurantId === null ? null : await ctx.prisma.restaurant.findUnique({ where: { id: restaurantId } });
  const currency = restaurant?.currency ?? ctx.settings.currency;
  const values = [restaurantId, input.fromDay, input.toDay, currency];
  const [groups, refunded] = await Promise.all([
    ctx.db.query<Group>(readMoneyGroups, values),
    ctx.db.one<{ refundedMinor: number }>(readRefundedOfDays, values),
  ]);
  const taken = groups.filter((group) => isCaptured(group.status));
  const pending = groups.filter(({ status }) => status === 'PENDING' || status === 'PROCESSING');
  const failed = groups.filter(({ status }) => status === 'FAILED');
  const refundedGroups = groups.filter(
    ({ status }) => status === 'REFUNDED' || status === 'PARTIALLY_REFUNDED',
  );
  const grossMinor = sumOf(taken);
  const open = await openOnes(ctx, restaurantId);
  return {
    currency,
    grossMinor,
    refundedMinor: refunded.refundedMinor,
    netMinor: grossMinor - refunded.refundedMinor,
    pendingMinor: sumOf(pending),
    failedMinor: sumOf(failed),
    counts: {
      completed: countOf(taken),
      pending: countOf(pending),
      failed: countOf(failed),
      refunded: countOf(refundedGroups),
      total: countOf(groups),
    },
    byMethod: byMethod(taken),
    discrepancies: open.found,
    areDiscrepanciesCut: open.isCut,
  };
}

const sumOf = (groups: readonly Group[]) => sumMinor(groups.map((group) => group.totalMinor));
const countOf = (groups: readonly Group[]) => groups.reduce((sum, group) => sum + group.count, 0);

function byMethod(taken: readonly Group[]): ReconciliationSummary['byMethod'] {
  const methodOf = (group: Group) => wireMethod(group.method, group.funding);
  return [...new Set(taken.map(methodOf))].sort().map((method) => {
    const own = taken.filter((group) => methodOf(group) === method);
    return { method, count: countOf(own), amountMinor: sumOf(own) };
  });
}

async function openOnes(
  ctx: ServiceContext,
  restaurantId: string | null,
): Promise<{ found: DiscrepancyView[]; isCut: boolean }> {
  const found: DiscrepancyView[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDiscrepancies(ctx, {
      state: 'OPEN',
      limit: PAGE,
      ...(restaurantId === null ? {} : { restaurantId }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < MAX_DISCREPANCIES);
  return { found, isCut: cursor !== undefined };
}
