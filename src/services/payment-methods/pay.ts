import type { Tx } from '@/db/transaction';
import { isCaptured, isOpen } from '@/domain/payment/status';
import { answerInTime } from '../answer-in-time';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { cancelIntent } from '../payments/cancel';
import { countRetry, notRetryable, retryLimitReached } from '../payments/count-retry';
import { ensureCustomer } from '../payments/ensure-customer';
import { ensureIntent } from '../payments/ensure-intent';
import { originOf } from '../payments/fact-context';
import { lockPaymentFor } from '../payments/locked-payment';
import type { PaymentRow } from '../payments/payment-row';
import { isKeySpent, processorRefusal } from '../payments/processor-refusal';
import { findRow, readView, viewResource } from '../payments/read-view';
import { recordChange } from '../payments/record-change';
import { refreshFromProcessor } from '../payments/refresh';
import { assertAmountSettled, settleLostChange } from '../payments/settled-amount';
import type { ProcessorIntent, ProcessorOutcome } from '../ports';
import { intentConfirmKey } from '../processor-keys';
import { type CardRow, ownerOf, readOwnCard } from './cards';
import { type PayWithSavedCardInput, payWithSavedCardInput } from './schemas';
import type { SavedCardPaymentView } from './view';

/**
 * Pays an open card payment of the caller's with one of their saved cards, while they are there: the server confirms,
 * and when the bank wants to see them, the browser goes on with the payment's client secret. On a declined payment it
 * counts as a retry (decision 15). Whatever the answer's fate, it is one intent, which takes money once.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION (cash, closed, paid, or its time is
 *   over), RETRY_LIMIT_REACHED, CARD_DECLINED, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, PROCESSOR_REFUSED,
 *   PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function payWithSavedCard(
  ctx: ServiceContext,
  raw: PayWithSavedCardInput,
): Promise<SavedCardPaymentView> {
  const { idempotencyKey, ...input } = parseInput(payWithSavedCardInput, raw);
  ownerOf(ctx);
  return answerInTime(ctx, pay(ctx, idempotencyKey, input), () => {
    throw inProgress('payment');
  });
}

type Input = { paymentId: string; savedCardId: string };
/** `confirmationId` null: it was tried too often. */
type Wish = { confirmationId: string | null };

async function pay(ctx: ServiceContext, key: string, input: Input): Promise<SavedCardPaymentView> {
  const operation = operationKey(ctx.actor, 'payments.payWithSavedCard', key, input);
  const seen = await findRow(ctx, input.paymentId);
  authorize(ctx.actor, 'payment.change', viewResource(seen), 'Payment');
  await settleLostChange(ctx, seen);
  const { row, card, wish, isFirst } = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
    const card = await readOwnCard(tx, ctx, input.savedCardId);
    const { ids, isFirst } = await once(tx, operation, () => begin(tx, ctx, row, card));
    if (ids.confirmationId !== null) assertAmountSettled(row);
    return { row, card, wish: ids, isFirst };
  });
  if (wish.confirmationId === null) {
    if (isOpen(row.status)) await cancelIntent(ctx, row);
    throw retryLimitReached(row);
  }
  if (!isFirst && !isOpen(row.status)) return { payment: await readView(ctx, row.id), requiresAction: false };
  return confirm(ctx, row.id, card, wish.confirmationId);
}

async function begin(tx: Tx, ctx: ServiceContext, row: PaymentRow, card: CardRow): Promise<Wish> {
  const isOver = row.expiresAt !== null && row.expiresAt <= ctx.clock.now();
  if (row.provider !== 'STRIPE' || row.pendingMethod !== null || isOver) throw notRetryable(row);
  const step = await countRetry(tx, ctx, row);
  if (step === 'NOT_RETRYABLE') throw notRetryable(row);
  if (step === 'LIMIT_REACHED') return { confirmationId: null };
  await recordChange(tx, originOf(ctx), row, {
    action: 'saved_card_used',
    patch: {},
    details: { savedCardId: card.id },
    events: [],
  });
  return { confirmationId: newId() };
}

async function confirm(
  ctx: ServiceContext,
  paymentId: string,
  card: CardRow,
  confirmationId: string,
): Promise<SavedCardPaymentView> {
  const customerId = await ensureCustomer(ctx);
  await ensureIntent(ctx, paymentId, { isOpener: false });
  const { paymentIntentId } = await findRow(ctx, paymentId);
  // Another call has made it cash meanwhile: a repeat sees that.
  if (paymentIntentId === null) throw inProgress('payment');
  const answer = await confirmAtProcessor(
    ctx,
    paymentIntentId,
    { customerId, methodId: card.methodId },
    (n) => intentConfirmKey(paymentId, confirmationId, n),
  );
  // The processor's own words about the intent count, whatever the answer was; a webhook may have told them already.
  await refreshFromProcessor(ctx, await findRow(ctx, paymentId));
  ctx.wake('outbox');
  const payment = await readView(ctx, paymentId);
  if (answer.kind === 'ok') return { payment, requiresAction: answer.value.status === 'requires_action' };
  if (isCaptured(payment.status) || payment.status === 'PROCESSING')
    return { payment, requiresAction: false };
  ctx.log.warn({ paymentId, outcome: answer.kind, detail: answer.error.detail }, 'saved card did not pay');
  throw processorRefusal(answer.kind, answer.error);
}

/** A key whose stored answer is an error is replaced by the next one: one intent never takes money twice. */
async function confirmAtProcessor(
  ctx: ServiceContext,
  intentId: string,
  card: { customerId: string; methodId: string },
  keyOf: (attempt: number) => string,
): Promise<ProcessorOutcome<ProcessorIntent>> {
  const answer = await ctx.processor.confirmWithMethod(intentId, card, keyOf(1));
  if (answer.kind !== 'unknown' || !isKeySpent(answer.error)) return answer;
  return ctx.processor.confirmWithMethod(intentId, card, keyOf(2));
}
