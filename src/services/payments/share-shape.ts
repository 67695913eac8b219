import { storeShareParts } from '@/db/sql/share-change';
import type { Tx } from '@/db/transaction';
import type { ShareOfOrder } from '@/domain/payment/shrink-share';
import type { PaymentRow } from './payment-row';

/** The amounts of a share: its part of each order, their sums, and the tip with the payer's own. Minor units. */
export interface ShareShape {
  amountMinor: number;
  taxMinor: number;
  tipMinor: number;
  allocations: ShareOfOrder[];
}

/**
 * While a change of share is under way the intent may have either of two amounts. The payment's row has the shape that covers
 * more of each order, so that nobody takes what either may need; this is the other one.
 */
export interface PendingShare extends ShareShape {
  /** It is what the payment shall become; else it is what it was. */
  isWanted: boolean;
}

/** @param ownTipMinor the payer's own tip, beside the orders' tips that the parts hold */
export function shapeOf(allocations: ShareOfOrder[], ownTipMinor: number): ShareShape {
  const sum = (key: 'subtotalMinor' | 'taxMinor' | 'tipMinor') =>
    allocations.reduce((all, part) => all + part[key], 0);
  return {
    amountMinor: sum('subtotalMinor'),
    taxMinor: sum('taxMinor'),
    tipMinor: sum('tipMinor') + ownTipMinor,
    allocations,
  };
}

/** The shape that the payment's row has. */
export function shapeOfRow(row: PaymentRow): ShareShape {
  const allocations = row.allocations.map(({ orderId, subtotalMinor, taxMinor, tipMinor }) => ({
    orderId,
    subtotalMinor,
    taxMinor,
    tipMinor,
  }));
  return { amountMinor: row.amountMinor, taxMinor: row.taxMinor, tipMinor: row.tipMinor, allocations };
}

export function shapeTotal(shape: Pick<ShareShape, 'amountMinor' | 'taxMinor' | 'tipMinor'>): number {
  return shape.amountMinor + shape.taxMinor + shape.tipMinor;
}

/** The amounts of a shape as record-change.ts takes them. */
export function amountsOf({ amountMinor, taxMinor, tipMinor }: ShareShape) {
  return { amountMinor, taxMinor, tipMinor };
}

/** Writes a shape's parts; its amounts are written with the change that causes them. */
export async function storeParts(tx: Tx, paymentId: string, { allocations }: ShareShape): Promise<void> {
  await tx.query(storeShareParts, [
    paymentId,
    allocations.map((part) => part.orderId),
    allocations.map((part) => part.subtotalMinor),
    allocations.map((part) => part.taxMinor),
    allocations.map((part) => part.tipMinor),
  ]);
}
