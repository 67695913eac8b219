import { insertMovement } from '@/db/sql/drawers';
import type { Tx } from '@/db/transaction';
import { type Actor, actorLabel } from '../actor';
import { newId } from '../ids';

/**
 * Cash of a payment or a refund lies in, or left, the drawer that is open now; with none open it is in the ledger alone and in
 * the Z-report as cash outside drawers. Under the lock of the payment's orders: the drawer's row is locked last.
 */
export async function keepCash(
  tx: Tx,
  who: { actor: Actor; now: Date },
  cash: {
    restaurantId: string;
    currency: string;
    paymentId: string;
    /** Of the refund that takes cash out; null: a payment brings it. */
    refundId: string | null;
    amountMinor: number;
  },
): Promise<void> {
  await tx.maybeOne(insertMovement, [
    newId(),
    cash.restaurantId,
    cash.currency,
    cash.refundId === null ? 'CASH_PAYMENT' : 'CASH_REFUND',
    cash.refundId === null ? cash.amountMinor : -cash.amountMinor,
    cash.paymentId,
    cash.refundId,
    null,
    actorLabel(who.actor),
    who.now,
  ]);
}
