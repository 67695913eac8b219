import { nextRefundAttempt, refuseRefund } from '@/db/sql/refunds';
import type { ServiceContext } from '../context';
import { factContextOf } from '../payments/fact-context';
import { requireIntentId } from '../payments/intent-of';
import { lockPayment } from '../payments/locked-payment';
import { isKeySpent, processorRefusal } from '../payments/processor-refusal';
import { recordChange } from '../payments/record-change';
import type { ProcessorOutcome, ProcessorRefund } from '../ports';
import { refundCreateKey } from '../processor-keys';
import { applyRefundFact } from './apply-refund';

/** Asks the processor to carry out a stored refund, and applies its answer. @throws ServiceError PROCESSOR_REFUSED */
export async function sendRefund(ctx: ServiceContext, refundId: string, paymentId: string): Promise<void> {
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
  await finishRefund(ctx, { refundId, paymentId, attempt: refund.attempt }, answer);
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
  if (found.value === null) return sendRefund(ctx, refundId, paymentId);
  return finishRefund(ctx, { refundId, paymentId, attempt }, { kind: 'ok', value: found.value });
}

async function finishRefund(
  ctx: ServiceContext,
  { refundId, paymentId, attempt }: { refundId: string; paymentId: string; attempt: number },
  answer: ProcessorOutcome<ProcessorRefund>,
): Promise<void> {
  const facts = factContextOf(ctx);
  if (answer.kind === 'ok') {
    await ctx.db.transaction((tx) => applyRefundFact(tx, facts, { refund: answer.value, at: facts.now }));
    ctx.wake('outbox');
    return;
  }
  if (answer.kind === 'refused') {
    await ctx.db.transaction(async (tx) => {
      const payment = await lockPayment(tx, paymentId);
      const refused = await tx.maybeOne(refuseRefund, [refundId, answer.error.staffMessage]);
      if (!payment || refused === null) return;
      await recordChange(tx, facts, payment, {
        action: 'refund_failed',
        patch: {},
        details: { refundId, code: answer.error.code },
        events: [],
      });
    });
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
