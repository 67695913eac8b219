import type { Tx } from '@/db/transaction';
import { decide } from '@/domain/payment/transition';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { intentCancelKey } from '../processor-keys';
import { applyIntentFact } from './apply-intent';
import { ensureIntent } from './ensure-intent';
import { lockPaymentFor } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { processorRefusal } from './processor-refusal';
import { readView } from './read-view';
import { recordChange } from './record-change';
import { refreshFromProcessor } from './refresh';
import { type CancelPaymentInput, cancelPaymentInput } from './schemas';
import type { PaymentView } from './view';

/**
 * Cancels an open payment. A card payment is cancelled at the processor first: its hold on the bill ends only when the
 * processor says so (decision 8). Cancelling a cancelled one answers it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, ILLEGAL_TRANSITION (it was paid, or is being processed), CREATION_IN_PROGRESS,
 *   PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function cancelPayment(ctx: ServiceContext, raw: CancelPaymentInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(cancelPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  const operation = operationKey(ctx.actor, 'payments.cancel', idempotencyKey, input);

  const payment = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
    await once(tx, operation, async () => ({ paymentId: row.id }));
    if (row.status === 'CANCELLED') return row;
    if (row.status !== 'PENDING' && row.status !== 'FAILED') throw notCancellable(row);
    if (row.creationState === 'NONE') await cancelCash(tx, ctx, row, input.reason);
    return row;
  });
  if (payment.status !== 'CANCELLED' && payment.creationState !== 'NONE') await cancelIntent(ctx, payment);
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
  const now = ctx.clock.now();
  const decision = decide(row, { kind: 'CANCEL_CASH', atSec: Math.floor(now.getTime() / 1000) });
  if (decision.kind !== 'apply') throw notCancellable(row);
  await recordChange(tx, { actor: ctx.actor, requestId: ctx.request.id, now }, row, {
    action: 'cancelled',
    patch: { status: decision.to, factAtSec: decision.factAtSec, factRank: decision.factRank },
    details: { reason: reason ?? null },
    events: ['payment:status_updated', 'payment:cancelled'],
  });
}

async function cancelIntent(ctx: ServiceContext, payment: PaymentRow): Promise<void> {
  let intentId = payment.paymentIntentId;
  if (intentId === null) {
    await ensureIntent(ctx, payment.id, { isOpener: false });
    intentId = (await ctx.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } })).paymentIntentId;
    if (intentId === null) throw notCancellable(payment);
  }
  const answer = await ctx.processor.cancelIntent(intentId, intentCancelKey(payment.id));
  if (answer.kind === 'refused') {
    // Refused means that it was paid, or is being processed, in the meantime: show what is true now.
    await refreshFromProcessor(ctx, payment);
    throw notCancellable(payment);
  }
  if (answer.kind !== 'ok') throw processorRefusal(answer.kind, answer.error);
  const now = ctx.clock.now();
  await ctx.db.transaction((tx) =>
    applyIntentFact(
      tx,
      { actor: ctx.actor, requestId: ctx.request.id, now, settings: ctx.settings },
      { kind: 'INTENT_CANCELED', intent: answer.value, atSec: Math.floor(now.getTime() / 1000) },
    ),
  );
}

function notCancellable(row: PaymentRow): ServiceError {
  return new ServiceError(
    'ILLEGAL_TRANSITION',
    'This payment was paid or is being processed. Refund it instead.',
    {
      details: { status: row.status },
    },
  );
}
