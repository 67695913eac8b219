import { sumMinor } from '@/domain/money';
import type { ShareOfOrder } from '@/domain/payment/shrink-share';
import { totalWithTip } from '@/domain/payment/total';

/** The amounts of a share: its part of each order, their sums, and the tip with the payer's own. Minor units. */
export interface ShareShape {
  amountMinor: number;
  taxMinor: number;
  tipMinor: number;
  allocations: ShareOfOrder[];
}

/**
 * While a share is being changed, the intent may have either of two amounts. The payment's row has the larger shape, so
 * no other payment takes what either may need. This is the other shape.
 */
export interface PendingShare extends ShareShape {
  /** True: what the payment shall become. False: what it was. */
  isWanted: boolean;
}

/** @param ownTipMinor the payer's own tip, beside the orders' tips that the parts hold */
export function shapeOf(allocations: ShareOfOrder[], ownTipMinor: number): ShareShape {
  return {
    amountMinor: sumMinor(allocations.map((part) => part.subtotalMinor)),
    taxMinor: sumMinor(allocations.map((part) => part.taxMinor)),
    tipMinor: sumMinor(allocations.map((part) => part.tipMinor)) + ownTipMinor,
    allocations,
  };
}

/** The shape of a payment's row, without anything else that the row and its parts have. */
export function shapeOfRow(row: ShareShape): ShareShape {
  const allocations = row.allocations.map(({ orderId, subtotalMinor, taxMinor, tipMinor }) => ({
    orderId,
    subtotalMinor,
    taxMinor,
    tipMinor,
  }));
  return { ...amountsOf(row), allocations };
}

/** What the payer pays for a share. */
export function shapeTotal(shape: Omit<ShareShape, 'allocations'>): number {
  return totalWithTip(shape, shape.tipMinor);
}

/** The amounts of a shape as services/payments/record-change.ts takes them. */
export function amountsOf({ amountMinor, taxMinor, tipMinor }: ShareShape) {
  return { amountMinor, taxMinor, tipMinor };
}
