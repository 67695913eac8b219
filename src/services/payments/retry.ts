import { startNextIntent } from '@/db/sql/retry';
import type { Tx } from '@/db/transaction';
import { isOpen } from '@/domain/payment/status';
import { answerInTime } from '../answer-in-time';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { cancelIntent } from './cancel';
import { countRetry, notRetryable, retryLimitReached } from './count-retry';
import { ensureIntent } from './ensure-intent';
import { originOf } from './fact-context';
import { lockPaymentFor } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { findRow, readView, type ViewRow, viewResource } from './read-view';
import { recordChange } from './record-change';
import { refreshFromProcessor } from './refresh';
import { type RetryPaymentInput, retryPaymentInput } from './schemas';
import { assertAmountSettled } from './settled-amount';
import type { PaymentView } from './view';

/**
 * Lets a declined card payment be tried again, at most three times (decision 15): with the same intent and client
 * secret, or with a new intent when the old one is cancelled at the processor. One failure counts once, however many
 * callers retry. The browser confirms as before. After the third retry has failed, the next one cancels the payment, so
 * that a new one may begin. A payment that only waits for a card, or was paid meanwhile, is answered as it is.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION (cash, closed, or its time is over),
 *   RETRY_LIMIT_REACHED, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE,
 *   PROCESSOR_OUTCOME_UNKNOWN
 */
export async function retryPayment(ctx: ServiceContext, raw: RetryPaymentInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(retryPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  return answerInTime(ctx, retry(ctx, idempotencyKey, input.paymentId), () => {
    throw inProgress('payment');
  });
}

type Next = 'USE_INTENT' | 'NEW_INTENT' | 'CANCEL';

async function retry(ctx: ServiceContext, key: string, paymentId: string): Promise<PaymentView> {
  const seen = await findRow(ctx, paymentId);
  authorize(ctx.actor, 'payment.change', viewResource(seen), 'Payment');
  const deadIntentId = await lookAtIntent(ctx, seen);
  const operation = operationKey(ctx.actor, 'payments.retry', key, { paymentId });
  const { row, next, isFirst } = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', paymentId);
    const { ids, isFirst } = await once(tx, operation, async () => ({
      next: await decideNext(tx, ctx, row, deadIntentId),
    }));
    // Also for a repeat: its answer is what the guest goes on to pay.
    if (ids.next !== 'CANCEL') assertAmountSettled(row);
    return { row, next: ids.next, isFirst };
  });
  if (next === 'CANCEL') {
    if (isOpen(row.status)) await cancelIntent(ctx, row);
    throw retryLimitReached(row);
  }
  if (isOpen(row.status)) await ensureIntent(ctx, paymentId, { isOpener: isFirst && next === 'NEW_INTENT' });
  ctx.wake('outbox');
  return readView(ctx, paymentId);
}

/**
 * Applies what the processor says now, as a webhook may be late.
 * @returns the intent's id when it is cancelled there
 */
async function lookAtIntent(ctx: ServiceContext, seen: ViewRow): Promise<string | null> {
  if (!isOpen(seen.status) || seen.paymentIntentId === null) return null;
  const answer = await ctx.processor.retrieveIntent(seen.paymentIntentId);
  if (answer.kind === 'ok' && answer.value.status === 'canceled') return seen.paymentIntentId;
  if (answer.kind === 'ok') await refreshFromProcessor(ctx, seen);
  return null;
}

async function decideNext(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  deadIntentId: string | null,
): Promise<Next> {
  // It was paid, or its bank is processing it, since the caller looked: there is nothing to try again.
  if (row.status === 'COMPLETED' || row.status === 'PROCESSING') return 'USE_INTENT';
  const isOver = row.expiresAt !== null && row.expiresAt <= ctx.clock.now();
  if (row.provider !== 'STRIPE' || row.pendingMethod !== null || isOver) throw notRetryable(row);
  const step = await countRetry(tx, ctx, row);
  if (step === 'NOT_RETRYABLE') throw notRetryable(row);
  if (step === 'LIMIT_REACHED') {
    await noteLimit(tx, ctx, row);
    return 'CANCEL';
  }
  if (deadIntentId === null || row.paymentIntentId !== deadIntentId) return 'USE_INTENT';
  await replaceIntent(tx, ctx, row);
  return 'NEW_INTENT';
}

async function noteLimit(tx: Tx, ctx: ServiceContext, row: PaymentRow): Promise<void> {
  await recordChange(tx, originOf(ctx), row, {
    action: 'retry_limit_reached',
    patch: {},
    details: { retryCount: row.retryCount },
    events: [],
  });
}

/** The cancelled intent takes no money any more: the payment keeps its hold and gets another. Its facts start over. */
async function replaceIntent(tx: Tx, ctx: ServiceContext, row: PaymentRow): Promise<void> {
  const params = row.creationParams;
  if (params === null) throw new Error(`card payment ${row.id} has no parameters of its creation`);
  const attempt = String(row.creationAttempt + 1);
  const next = { ...params, amountMinor: row.totalMinor, metadata: { ...params.metadata, attempt } };
  await tx.query(startNextIntent, [row.id, JSON.stringify(next)]);
  await recordChange(tx, originOf(ctx), row, {
    action: 'intent_replaced',
    patch: {
      status: 'PENDING',
      paymentIntentId: null,
      transactionId: null,
      clientSecret: null,
      creationState: 'PENDING',
      factAtSec: null,
      factRank: null,
      failureReason: null,
      failureCode: null,
    },
    details: { intentId: row.paymentIntentId },
    events: ['payment:status_updated'],
  });
}
