import { readRefusedRefund, readSameRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { lockPaymentFor } from '../payments/locked-payment';
import { openRefund } from './open';
import { readRefundView } from './read-view';
import { type CreateRefundInput, createRefundInput, type RefundView } from './schemas';
import { sendRefund } from './send';

/**
 * Gives money of a payment back. Of cash: out of the drawer, at once. Of a card: the row is stored first and counts at
 * once, so the sum of refunds can never exceed what was captured, however many ask; the processor is called with the
 * row's own key; its webhook ends it. A lost answer leaves it PROCESSING for the janitor, which looks before it
 * repeats.
 * @param joins of callers without a key of their own: a part that anybody asked for just now, for the same reason, is that refund
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, PAYMENT_NOT_COMPLETED, NOTHING_REFUNDABLE, REFUND_EXCEEDS_REMAINING,
 *   AMOUNT_NOT_CHARGEABLE (`details.lowerMinor`, `higherMinor`), REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT,
 *   DISPUTE_OPEN, IDEMPOTENCY_KEY_REUSED, PROCESSOR_REFUSED
 */
export async function createRefund(
  ctx: ServiceContext,
  raw: CreateRefundInput,
  joins: 'NONE' | 'SAME_OF_LAST_MINUTE' = 'NONE',
): Promise<RefundView> {
  const { idempotencyKey, ...input } = parseInput(createRefundInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'refund.create');
  const operation = operationKey(ctx.actor, 'refunds.create', idempotencyKey, input);

  const opened = await ctx.db.transaction(async (tx) => {
    const payment = await lockPaymentFor(tx, ctx, 'refund.create', input.paymentId);
    const isCash = payment.provider === 'CASH';
    const same = joins === 'NONE' ? null : await findSame(tx, input);
    if (same) return { isCash, ids: same, isFirst: false };
    return { isCash, ...(await once(tx, operation, () => openRefund(tx, ctx, payment, input))) };
  });
  const { refundId } = opened.ids;
  await carryOut(ctx, { ...opened, refundId, paymentId: input.paymentId });
  return readRefundView(ctx, refundId);
}

const SAME_WITHIN_SECONDS = 60;

function findSame(
  tx: Tx,
  { paymentId, amountMinor, reason }: { paymentId: string; amountMinor?: number | undefined; reason: string },
): Promise<{ refundId: string } | null> | null {
  if (amountMinor === undefined) return null;
  return tx.maybeOne<{ refundId: string }>(readSameRefund, [
    paymentId,
    amountMinor,
    reason,
    SAME_WITHIN_SECONDS,
  ]);
}

/**
 * What follows once the transaction of openRefund is committed: a card refund is sent by whoever was first.
 * @throws ServiceError PROCESSOR_REFUSED
 */
export async function carryOut(
  ctx: ServiceContext,
  opened: { refundId: string; paymentId: string; isCash: boolean; isFirst: boolean },
): Promise<void> {
  await ctx.checkpoint('refund.after-first-transaction');
  if (opened.isCash) ctx.wake('outbox');
  else if (opened.isFirst) await sendRefund(ctx, opened.refundId, opened.paymentId);
  else await refuseAgain(ctx, opened.refundId);
}

/** Same key, same answer. @throws ServiceError PROCESSOR_REFUSED with the refund in its details */
async function refuseAgain(ctx: ServiceContext, refundId: string): Promise<void> {
  const refused = await ctx.db.maybeOne<{ reason: string | null }>(readRefusedRefund, [refundId]);
  if (!refused) return;
  const message = refused.reason ?? 'The processor refused this refund.';
  throw new ServiceError('PROCESSOR_REFUSED', message, { details: { refundId } });
}
