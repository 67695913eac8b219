import { allocate } from '@/domain/allocate';
import { type BillOrder, orderGross } from '@/domain/bill';
import type { MoneyParts } from '@/domain/refund';

/** An order and the bill money that it keeps (captured less refunded) before a refund moves. Minor units. */
export interface RefundedOrder {
  order: BillOrder;
  keptMinor: number;
  /** What this refund gives back of the order's bill, by part. */
  back: MoneyParts;
}

export interface RefundEffect {
  /** Of what is given back: money that the bill had no room for (decision 11). */
  creditMinor: number;
  /** What the bill is reduced by so that nothing becomes due again: each part 0 or negative. */
  adjustment: MoneyParts;
  /** The order's adjustment afterwards. */
  adjustmentMinor: number;
}

const NOTHING: MoneyParts = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };

/**
 * What a refund does to one order's bill. Over-collected money goes back first; the rest becomes due again, unless the bill
 * is reduced too (decision 12).
 */
export function refundEffect({ order, keptMinor, back }: RefundedOrder, reducesBill: boolean): RefundEffect {
  const grossMinor = orderGross(order);
  const afterMinor = keptMinor - sumOf(back);
  const creditMinor = above(keptMinor, grossMinor) - above(afterMinor, grossMinor);
  const dueAgainMinor = above(grossMinor, afterMinor) - above(grossMinor, keptMinor);
  const adjustment = reducesBill ? partsOff(dueAgainMinor, back) : NOTHING;
  return { creditMinor, adjustment, adjustmentMinor: order.adjustmentMinor + sumOf(adjustment) };
}

/**
 * The same when a refund that moved fails later: the money stays after all and `taken` comes back to the bill. What the bill
 * then has no room for is credit again.
 * @param taken what this refund took off the bill, each part 0 or negative
 */
export function refundUndone({ order, keptMinor, back }: RefundedOrder, taken: MoneyParts): RefundEffect {
  const adjustment = {
    subtotalMinor: 0 - taken.subtotalMinor,
    taxMinor: 0 - taken.taxMinor,
    tipMinor: 0 - taken.tipMinor,
  };
  const adjustmentMinor = order.adjustmentMinor + sumOf(adjustment);
  const creditMinor =
    above(keptMinor + sumOf(back), orderGross({ ...order, adjustmentMinor })) -
    above(keptMinor, orderGross(order));
  return { creditMinor: Math.max(0, creditMinor), adjustment, adjustmentMinor };
}

function partsOff(minor: number, back: MoneyParts): MoneyParts {
  const [subtotalMinor = 0, taxMinor = 0, tipMinor = 0] = allocate(-minor, [
    back.subtotalMinor,
    back.taxMinor,
    back.tipMinor,
  ]);
  return { subtotalMinor, taxMinor, tipMinor };
}

function above(minor: number, limitMinor: number): number {
  return Math.max(0, minor - limitMinor);
}

function sumOf(parts: MoneyParts): number {
  return parts.subtotalMinor + parts.taxMinor + parts.tipMinor;
}
