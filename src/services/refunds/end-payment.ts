import type { Tx } from '@/db/transaction';
import { isCaptured, isChangeable } from '@/domain/payment/status';
import { leftMinor, refundableMinor } from '@/domain/refund-left';
import type { ServiceContext } from '../context';
import { cancelPayment } from '../payments/cancel';
import { lockPayment } from '../payments/locked-payment';
import { unlessRefused } from '../unless-refused';
import { createRefund } from './create';
import { type PaymentLeft, readLeft } from './payment-left';
import { assertWithinPolicy } from './policy';

/**
 * Sees to it that a payment brings no money and keeps none: an open one is cancelled, of a paid one all that is left is refunded.
 * What cannot be done now (it is being processed, or disputed), and what a card cannot get back in its currency, is left as it
 * is. Under the same keys it does nothing twice.
 * @param how.refundKey depends on what is left where the next run shall refund that too
 * @throws ServiceError as cancelPayment and createRefund
 */
export async function endPayment(
  ctx: ServiceContext,
  paymentId: string,
  how: { reason: string; cancelKey: string; refundKey: (left: PaymentLeft) => string },
): Promise<void> {
  const { reason, cancelKey, refundKey } = how;
  if (isChangeable((await readLeft(ctx.db, paymentId)).status)) {
    const cancelled = cancelPayment(ctx, { paymentId, reason, idempotencyKey: cancelKey });
    await unlessRefused('ILLEGAL_TRANSITION', cancelled);
  }
  // It may have been paid in this very moment.
  const left = await readLeft(ctx.db, paymentId);
  const amountMinor = refundableMinor(left);
  if (!isCaptured(left.status) || amountMinor === 0) return;
  const refund = createRefund(ctx, { paymentId, amountMinor, reason, idempotencyKey: refundKey(left) });
  await unlessRefused('NOTHING_REFUNDABLE', refund);
}

/**
 * That who wants to end these payments may refund each of them as endPayment does. The caller holds the lock on their orders.
 * @throws DomainError REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT
 */
export async function assertMayEnd(
  tx: Tx,
  ctx: ServiceContext,
  paymentIds: readonly string[],
): Promise<void> {
  for (const paymentId of paymentIds) {
    const left = await readLeft(tx, paymentId);
    const backMinor = refundableMinor(left);
    if (!isCaptured(left.status) || backMinor === 0) continue;
    const payment = await lockPayment(tx, paymentId);
    if (!payment) throw new Error(`payment ${paymentId} vanished`);
    await assertWithinPolicy(tx, ctx, payment, left.totalMinor - leftMinor(left) + backMinor);
  }
}
