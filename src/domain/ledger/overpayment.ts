import { allocate } from '@/domain/allocate';
import { type BillOrder, orderExcess } from '@/domain/bill';
import { balanced, type Posting } from './postings';

/** The platform's new version of an order that has received money. All in minor units of one currency. */
export interface OrderChange {
  before: BillOrder;
  /** The tip and the adjustment are those of `before`: a new version of the order cannot change them. */
  after: BillOrder;
  /** What the order has received and not given back. */
  keptMinor: number;
}

/**
 * By how much guest credit of the order grows: the received money above its gross, after the change minus before it.
 * Negative when the order grew again and takes credit back (decision 11).
 */
export function overpaymentDelta({ before, after, keptMinor }: OrderChange): number {
  return orderExcess(after, keptMinor) - orderExcess(before, keptMinor);
}

/**
 * The postings of the change: guest credit against the order's own tip, sales and tax. Sales and tax share what is not tip
 * in the proportion of the larger version of the order.
 */
export function overpaymentPostings(change: OrderChange): Posting[] {
  const { before, after } = change;
  const deltaMinor = overpaymentDelta(change);
  const tipMinor = tipPart(change, deltaMinor);
  const weights = [
    Math.max(before.subtotalMinor, after.subtotalMinor),
    Math.max(before.taxMinor, after.taxMinor),
  ];
  const hasWeight = weights.some((weight) => weight > 0);
  const [salesMinor = 0, taxMinor = 0] = allocate(deltaMinor - tipMinor, hasWeight ? weights : [1, 0]);
  return balanced([
    ['SALES', salesMinor],
    ['TAX_PAYABLE', taxMinor],
    ['TIPS_PAYABLE', tipMinor],
    ['GUEST_CREDIT', -deltaMinor],
  ]);
}

/**
 * The part of the change that is the order's own tip, signed as the change. A wholly paid order that is cancelled owes its
 * tip to the guest. An order that is revived takes the tip back. A smaller order keeps its tip.
 */
function tipPart({ before, after, keptMinor }: OrderChange, deltaMinor: number): number {
  const isWhollyPaid =
    keptMinor >= before.subtotalMinor + before.taxMinor + before.tipMinor + before.adjustmentMinor;
  if (before.cancelled === after.cancelled || !isWhollyPaid) return 0;
  const tipMinor = Math.min(before.tipMinor, Math.abs(deltaMinor));
  return deltaMinor > 0 ? tipMinor : -tipMinor;
}
