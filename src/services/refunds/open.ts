import { readRefunds, updateRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { refundAmount } from '@/domain/refund-amount';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { decide } from '../decide';
import { assertUndisputed } from '../disputes/assert-undisputed';
import { keepCash } from '../drawers/keep-cash';
import { ServiceError } from '../errors';
import { newId } from '../ids';
import { type ChangeOrigin, originOf } from '../payments/fact-context';
import type { PaymentRow } from '../payments/payment-row';
import { recordChange } from '../payments/record-change';
import { moveRefund } from './move-refund';
import { assertWithinPolicy } from './policy';
import type { RefundRow } from './refund-row';
import type { createRefundInput } from './schemas';
import { storeRefund } from './store-refund';

type Wanted = Omit<ReturnType<typeof createRefundInput.parse>, 'idempotencyKey'>;

/**
 * Decides on a refund and stores it, under the lock of the payment's orders. Cash leaves the drawer here; a card refund is
 * PROCESSING and counts from now on, and has yet to be sent.
 * @throws ServiceError and DomainError as createRefund does
 */
export async function openRefund(
  tx: Tx,
  ctx: ServiceContext,
  payment: PaymentRow,
  wanted: Wanted,
): Promise<{ refundId: string }> {
  if (!isCaptured(payment.status)) {
    throw new ServiceError(
      'PAYMENT_NOT_COMPLETED',
      'Only a completed payment can be refunded. Cancel an open one.',
    );
  }
  if (payment.provider !== 'CASH' && (payment.provider !== 'STRIPE' || payment.paymentIntentId === null)) {
    throw new ServiceError('METHOD_NOT_SUPPORTED', 'This payment was taken neither by card nor in cash.');
  }
  const { chargedBackMinor } = await assertUndisputed(tx, payment);
  const refunds = await tx.query<RefundRow>(readRefunds, [payment.id]);
  const { refundMinor, tipRefundMinor, refundedMinor } = decide(() =>
    refundAmount(payment, refunds, { ...wanted, chargedBackMinor }),
  );
  await assertWithinPolicy(tx, ctx, payment, refundedMinor);
  const refundId = newId();
  await storeRefund(tx, payment, refunds, {
    refundId,
    refundMinor,
    tipRefundMinor,
    reducesBill: wanted.reduceBill,
    reason: wanted.reason,
    processorRefundId: null,
    requestedBy: actorLabel(ctx.actor),
  });
  const origin = originOf(ctx);
  if (payment.provider === 'CASH') {
    await giveCashBack(tx, origin, payment, refundId);
    return { refundId };
  }
  await recordChange(tx, origin, payment, {
    action: 'refund_requested',
    patch: {},
    details: { refundId, refundMinor },
    events: [],
  });
  return { refundId };
}

/** Cash needs no processor: the money leaves the drawer now. */
async function giveCashBack(
  tx: Tx,
  origin: ChangeOrigin,
  payment: PaymentRow,
  refundId: string,
): Promise<void> {
  const row = (await tx.query<RefundRow>(readRefunds, [payment.id])).find((r) => r.id === refundId);
  if (!row) throw new Error(`refund ${refundId} vanished`);
  await tx.query(updateRefund, [refundId, 'COMPLETED', null, null]);
  await moveRefund(tx, origin, payment, row, { at: origin.now, sign: 1, details: { refundId } });
  await keepCash(tx, origin, {
    restaurantId: payment.restaurantId,
    currency: payment.currency,
    paymentId: payment.id,
    refundId,
    amountMinor: row.refundMinor,
  });
}
