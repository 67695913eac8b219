import { nextRefundAttempt, refuseRefund } from '@/db/sql/refunds';
import type { ServiceContext } from '../context';
import { factContextOf } from '../payments/fact-context';
import { requireIntentId } from '../payments/intent-of';
import { lockPayment } from '../payments/locked-payment';
import { isKeySpent, processorRefusal } from '../payments/processor-refusal';
import type { ProcessorOutcome, ProcessorRefund } from '../ports';
import { refundCreateKey } from '../processor-keys';
import { applyRefundFact } from './apply-refund';
import { recordFailed } from './follow-failed';

/** Asks the processor to carry out a stored refund, and applies its answer. @throws ServiceError PROCESSOR_REFUSED */
export function sendRefund(ctx: ServiceContext, refundId: string, paymentId: string): Promise<void> {
  return send(ctx, refundId, paymentId, true);
}

/** @param isAwaited who asked for the refund waits for this answer */
async function send(
  ctx: ServiceContext,
  refundId: string,
  paymentId: string,
  isAwaited: boolean,
): Promise<void> {
  const refund = await ctx.prisma.paymentRefund.findUniqueOrThrow({
    where: { id: refundId },
    include: { payment: true },
  });
  const answer = await ctx.processor.createRefund(
    {
      intentId: requireIntentId(refund.payment),
      amountMinor: refund.refundMinor,
      metadata: { refundId, paymentId },
    },
    refundCreateKey(refundId, refund.attempt),
  );
  await ctx.checkpoint('refund.after-processor-answered');
  await finishRefund(ctx, { refundId, paymentId, attempt: refund.attempt, isAwaited }, answer);
}

/** Looks an unfinished refund up at the processor, and only when there is none repeats it with the same key. */
export async function repairRefund(ctx: ServiceContext, refundId: string, paymentId: string): Promise<void> {
  const { payment, attempt } = await ctx.prisma.paymentRefund.findUniqueOrThrow({
    where: { id: refundId },
    include: { payment: true },
  });
  const found = await ctx.processor.findRefund(requireIntentId(payment), refundId);
  if (found.kind !== 'ok') {
    ctx.log.warn({ refundId, outcome: found.kind, detail: found.error.detail }, 'refund not looked up yet');
    return;
  }
  if (found.value === null) return send(ctx, refundId, paymentId, false);
  return finishRefund(
    ctx,
    { refundId, paymentId, attempt, isAwaited: false },
    { kind: 'ok', value: found.value },
  );
}

async function finishRefund(
  ctx: ServiceContext,
  call: { refundId: string; paymentId: string; attempt: number; isAwaited: boolean },
  answer: ProcessorOutcome<ProcessorRefund>,
): Promise<void> {
  const { refundId, paymentId, attempt, isAwaited } = call;
  const facts = factContextOf(ctx);
  if (answer.kind === 'ok') {
    const refund = answer.value;
    // One found hours later counts on the business day on which it was made, as its webhook would have it (decision 25).
    const at = refund.status === 'succeeded' ? new Date(refund.createdSec * 1000) : facts.now;
    await ctx.db.transaction((tx) => applyRefundFact(tx, facts, { refund, at }));
    ctx.wake('outbox');
    return;
  }
  if (answer.kind === 'refused') {
    await ctx.db.transaction(async (tx) => {
      const payment = await lockPayment(tx, paymentId);
      const refused = await tx.maybeOne(refuseRefund, [refundId, answer.error.staffMessage]);
      if (!payment || refused === null) return;
      const details = { refundId, code: answer.error.code };
      await recordFailed(tx, facts, payment, { refundId, details, isAwaited });
    });
    ctx.wake('outbox');
    // No guest's card is declined here, whatever the processor's code says.
    const { staffMessage: guestMessage } = answer.error;
    throw processorRefusal('refused', { ...answer.error, guestMessage, declineCode: null, httpStatus: null });
  }
  // Not known, or not executed: the row stays PROCESSING and the janitor continues from it.
  if (isKeySpent(answer.error)) {
    await ctx.db.query(nextRefundAttempt, [refundId, attempt]);
  }
  ctx.log.warn({ refundId, outcome: answer.kind, detail: answer.error.detail }, 'refund not confirmed yet');
}
