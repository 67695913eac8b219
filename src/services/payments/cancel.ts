import { setPendingMethod } from '@/db/sql/cash';
import { endPaymentTime } from '@/db/sql/recovery';
import type { Tx } from '@/db/transaction';
import { isChangeable } from '@/domain/payment/status';
import { decide } from '@/domain/payment/transition';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import type { ProcessorIntent, ProcessorOutcome } from '../ports';
import { intentCancelKey } from '../processor-keys';
import { applyIntentFact } from './apply-intent';
import { ensureIntent } from './ensure-intent';
import { factContextOf, originOf } from './fact-context';
import { lockPaymentFor } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { isKeySpent, processorRefusal } from './processor-refusal';
import { findRow, readView } from './read-view';
import { recordChange } from './record-change';
import { refreshFromProcessor } from './refresh';
import { type CancelPaymentInput, cancelPaymentInput } from './schemas';
import type { PaymentView } from './view';

/**
 * Cancels an open payment. A card payment is cancelled at the processor first: its hold on the bill ends only when the
 * processor says so (decision 8). Cancelling a cancelled one answers it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION (it was paid, or is being
 *   processed), IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE,
 *   PROCESSOR_OUTCOME_UNKNOWN
 */
export async function cancelPayment(ctx: ServiceContext, raw: CancelPaymentInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(cancelPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  return answerInTime(ctx, cancel(ctx, idempotencyKey, input), () => {
    throw new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'Cancelling takes longer than usual. Repeat with the same key in a moment to see how it ended.',
    );
  });
}

/**
 * Cancels a payment whose time is over. Does nothing when its time was renewed since it was listed, as by a change of
 * method.
 * @throws ServiceError as cancelPayment
 */
export async function cancelOverdue(ctx: ServiceContext, input: CancelPaymentInput): Promise<void> {
  const { idempotencyKey, ...wanted } = input;
  await cancel(ctx, idempotencyKey, wanted, { isOverdue: true });
}

type Input = { paymentId: string; reason?: string | undefined };

async function cancel(
  ctx: ServiceContext,
  key: string,
  input: Input,
  only: { isOverdue: boolean } = { isOverdue: false },
): Promise<PaymentView> {
  const operation = operationKey(ctx.actor, 'payments.cancel', key, input);
  const payment = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
    if (only.isOverdue && row.expiresAt !== null && row.expiresAt > ctx.clock.now()) return null;
    const { isFirst } = await once(tx, operation, async () => ({ paymentId: row.id }));
    if (row.status === 'CANCELLED') return row;
    if (!isChangeable(row.status)) throw notCancellable(row.status);
    if (row.creationState === 'NONE') await cancelCash(tx, ctx, row, input.reason);
    else {
      if (isFirst) await noteRequest(tx, ctx, row, input.reason);
      if (row.pendingMethod !== null) await tx.query(setPendingMethod, [row.id, null]);
    }
    return row;
  });
  if (payment !== null && payment.status !== 'CANCELLED' && payment.creationState !== 'NONE')
    await cancelIntent(ctx, payment);
  ctx.wake('outbox');
  return readView(ctx, input.paymentId);
}

/** A cash request has no intent: withdrawing it is ours alone. */
async function cancelCash(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  reason: string | undefined,
): Promise<void> {
  const origin = originOf(ctx);
  const decision = decide(row, { kind: 'CANCEL_CASH', atSec: Math.floor(origin.now.getTime() / 1000) });
  if (decision.kind !== 'apply') throw notCancellable(row.status);
  await recordChange(tx, origin, row, {
    action: 'cancelled',
    patch: { status: decision.to, factAtSec: decision.factAtSec, factRank: decision.factRank },
    note: reason,
    events: ['payment:status_updated', 'payment:cancelled'],
  });
}

/** Stores who asked and why. That it happened is the processor's fact. */
async function noteRequest(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  reason: string | undefined,
): Promise<void> {
  await recordChange(tx, originOf(ctx), row, {
    action: 'cancel_requested',
    patch: {},
    note: reason,
    events: [],
  });
}

/**
 * Ends a payment's intent at the processor and applies what it says: the payment is CANCELLED, or goes on in cash.
 * @throws ServiceError ILLEGAL_TRANSITION, CREATION_IN_PROGRESS, PROCESSOR_*
 */
export async function cancelIntent(ctx: ServiceContext, payment: PaymentRow): Promise<void> {
  let intentId = payment.paymentIntentId;
  if (intentId === null) {
    const isRefused = await ensureIntent(ctx, payment.id, { isOpener: false }).then(
      () => false,
      (error: unknown) => isRefusal(error),
    );
    // A refused creation has closed the payment: there is nothing to cancel any more.
    if (isRefused) return;
    intentId = (await findRow(ctx, payment.id)).paymentIntentId;
    // Another call has made it cash meanwhile: a repeat sees that.
    if (intentId === null) throw inProgress('payment');
  }
  let answer = await ctx.processor.cancelIntent(
    intentId,
    intentCancelKey(payment.id, payment.creationAttempt),
  );
  if (isStored(answer)) {
    if (answer.kind === 'refused' && (await isCancelledMeanwhile(ctx, payment.id))) return;
    // Its key would answer the same for 24 h. Cancelling twice has no effect, so a new key is safe.
    const attempt = Math.floor(ctx.clock.now().getTime() / 1000);
    answer = await ctx.processor.cancelIntent(intentId, intentCancelKey(payment.id, attempt));
  }
  await ctx.checkpoint('cancel.after-processor-answered');
  if (answer.kind === 'refused' && (await isCancelledMeanwhile(ctx, payment.id))) return;
  // Whether it is cancelled is not known. Its time ends now, so the expiry finishes the cancellation.
  if (answer.kind === 'unknown') await ctx.db.query(endPaymentTime, [payment.id]);
  if (answer.kind !== 'ok') throw processorRefusal(answer.kind, answer.error);
  const facts = factContextOf(ctx);
  const atSec = Math.floor(facts.now.getTime() / 1000);
  await ctx.db.transaction((tx) =>
    applyIntentFact(tx, facts, { kind: 'INTENT_CANCELED', intent: answer.value, atSec }),
  );
}

/**
 * The key is used up. A refusal too is stored under it, and lasts longer than its reason, such as a bank's processing.
 */
function isStored(answer: ProcessorOutcome<ProcessorIntent>): boolean {
  return answer.kind === 'refused' || (answer.kind === 'unknown' && isKeySpent(answer.error));
}

/**
 * What is true now, after a refusal: mostly it was paid, or is being processed, in the meantime.
 * @returns false: it is still open
 * @throws ServiceError ILLEGAL_TRANSITION
 */
async function isCancelledMeanwhile(ctx: ServiceContext, paymentId: string): Promise<boolean> {
  await refreshFromProcessor(ctx, await findRow(ctx, paymentId));
  const { status } = await findRow(ctx, paymentId);
  if (!isChangeable(status) && status !== 'CANCELLED') throw notCancellable(status);
  return status === 'CANCELLED';
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ServiceError && (error.code === 'PROCESSOR_REFUSED' || error.code === 'CARD_DECLINED'))
    return true;
  throw error;
}

function notCancellable(status: PaymentRow['status']): ServiceError {
  return new ServiceError(
    'ILLEGAL_TRANSITION',
    'This payment was paid or is being processed. Refund it instead.',
    {
      details: { status },
    },
  );
}
