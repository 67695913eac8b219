import { readRefunds, readRefusedRefund, updateRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { refundAmount } from '@/domain/refund-amount';
import { actorLabel } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { decide } from '../decide';
import { assertUndisputed } from '../disputes/assert-undisputed';
import { keepCash } from '../drawers/keep-cash';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { type ChangeOrigin, originOf } from '../payments/fact-context';
import { lockPaymentFor } from '../payments/locked-payment';
import type { PaymentRow } from '../payments/payment-row';
import { recordChange } from '../payments/record-change';
import { moveRefund } from './move-refund';
import { assertWithinPolicy } from './policy';
import { readRefundView } from './read-view';
import type { RefundRow } from './refund-row';
import { type CreateRefundInput, createRefundInput, type RefundView } from './schemas';
import { sendRefund } from './send';
import { storeRefund } from './store-refund';

/**
 * Gives money of a payment back. Of cash: out of the drawer, at once. Of a card: the row is stored first and counts at
 * once, so the sum of refunds can never exceed what was captured, however many ask; the processor is called with the
 * row's own key; its webhook ends it. A lost answer leaves it PROCESSING for the janitor, which looks before it
 * repeats.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, PAYMENT_NOT_COMPLETED, NOTHING_REFUNDABLE, REFUND_EXCEEDS_REMAINING,
 *   AMOUNT_NOT_CHARGEABLE (`details.lowerMinor`, `higherMinor`), REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT,
 *   DISPUTE_OPEN, IDEMPOTENCY_KEY_REUSED, PROCESSOR_REFUSED
 */
export async function createRefund(ctx: ServiceContext, raw: CreateRefundInput): Promise<RefundView> {
  const { idempotencyKey, ...input } = parseInput(createRefundInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'refund.create');
  const operation = operationKey(ctx.actor, 'refunds.create', idempotencyKey, input);

  const opened = await ctx.db.transaction(async (tx) => {
    const payment = await lockPaymentFor(tx, ctx, 'refund.create', input.paymentId);
    const isCash = payment.provider === 'CASH';
    return { isCash, ...(await once(tx, operation, () => open(tx, ctx, payment, input))) };
  });
  await ctx.checkpoint('refund.after-first-transaction');
  if (opened.isCash) ctx.wake('outbox');
  else if (opened.isFirst) await sendRefund(ctx, opened.ids.refundId, input.paymentId);
  else await refuseAgain(ctx, opened.ids.refundId);
  return readRefundView(ctx, opened.ids.refundId);
}

/** Same key, same answer. @throws ServiceError PROCESSOR_REFUSED with the refund in its details */
async function refuseAgain(ctx: ServiceContext, refundId: string): Promise<void> {
  const refused = await ctx.db.maybeOne<{ reason: string | null }>(readRefusedRefund, [refundId]);
  if (!refused) return;
  const message = refused.reason ?? 'The processor refused this refund. Start again with a new key.';
  throw new ServiceError('PROCESSOR_REFUSED', message, { details: { refundId } });
}

type Wanted = Omit<ReturnType<typeof createRefundInput.parse>, 'idempotencyKey'>;

async function open(
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
