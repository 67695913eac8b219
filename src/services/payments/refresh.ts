import { readTipChange } from '@/db/sql/tip-change';
import { isOpen, type PaymentStatus } from '@/domain/payment/status';
import { FACT_STATUS } from '@/domain/payment/transition';
import type { ServiceContext } from '../context';
import type { ProcessorCharge, ProcessorIntent } from '../ports';
import { applyIntentFact, type IntentFact } from './apply-intent';
import { type FactContext, factContextOf } from './fact-context';
import { isAnotherAttempt } from './note-failure';
import { recordCharge } from './record-charge';
import { settlePendingShare } from './settle-pending-share';
import { settlePendingTip } from './settle-pending-tip';

/**
 * Asks the processor how an open card payment stands and applies what it says. Never fails: an unanswered question
 * leaves what is stored, and the webhook or the sweep will tell.
 * @returns true when something changed
 */
export async function refreshFromProcessor(
  ctx: ServiceContext,
  payment: {
    id: string;
    status: PaymentStatus;
    paymentIntentId: string | null;
    pendingTipMinor: number | null;
    pendingShare: unknown;
    failedAttempts: string[];
  },
): Promise<boolean> {
  if (!isOpen(payment.status) || payment.paymentIntentId === null) return false;
  // Read before asking: a change that a call is still telling the processor about is that call's to end.
  const change =
    payment.pendingTipMinor === null && payment.pendingShare === null
      ? null
      : await ctx.db.maybeOne<{ sequence: number; isRunning: boolean }>(readTipChange, [payment.id]);
  const answer = await ctx.processor.retrieveIntent(payment.paymentIntentId);
  if (answer.kind !== 'ok') {
    ctx.log.warn({ paymentId: payment.id, outcome: answer.kind }, 'could not refresh the payment');
    return false;
  }
  const intent = answer.value;
  const settled = change !== null && !change.isRunning ? { sequence: change.sequence, intent } : null;
  const tipSettled = settled !== null && (await settlePendingTip(ctx, payment.id, settled));
  const shareSettled =
    settled !== null && payment.pendingShare !== null && (await settlePendingShare(ctx, payment.id, settled));
  const kind = factOf(intent);
  const isKnown = kind === null || FACT_STATUS[kind] === payment.status;
  if (kind === null || (isKnown && !(kind === 'INTENT_FAILED' && isAnotherAttempt(payment, intent))))
    return tipSettled || shareSettled;
  const isLast = kind === 'INTENT_SUCCEEDED';
  const charge = isLast ? await chargeOf(ctx, intent) : null;
  const facts: FactContext = { ...factContextOf(ctx), actor: { kind: 'system', name: 'refresh' } };
  // Never our clock's second for a step that is not the last: running ahead, it would make the next webhook stale.
  const atSec =
    intent.chargeCreatedSec ?? (isLast ? Math.floor(facts.now.getTime() / 1000) : intent.createdSec);
  const outcome = await ctx.db.transaction(async (tx) => {
    const told = await applyIntentFact(tx, facts, { kind, intent, atSec, seenFrom: payment.status });
    if (told.kind === 'applied' && charge) await recordCharge(tx, facts, charge, true);
    return told;
  });
  if (outcome.kind === 'applied') ctx.wake('outbox');
  return outcome.kind === 'applied' || tipSettled || shareSettled;
}

/** Which card paid, as charge.* would tell; null when the processor does not say now: a webhook or the sweep will. */
async function chargeOf(ctx: ServiceContext, intent: ProcessorIntent): Promise<ProcessorCharge | null> {
  if (intent.chargeId === null) return null;
  const answer = await ctx.processor.retrieveCharge(intent.chargeId);
  return answer.kind === 'ok' ? answer.value : null;
}

/** What a snapshot of an intent says happened last; null when nothing has yet. */
function factOf(intent: ProcessorIntent): IntentFact | null {
  switch (intent.status) {
    case 'succeeded':
      return 'INTENT_SUCCEEDED';
    case 'canceled':
      return 'INTENT_CANCELED';
    case 'processing':
      return 'INTENT_PROCESSING';
    case 'requires_action':
      return 'INTENT_REQUIRES_ACTION';
    case 'requires_payment_method':
      return intent.lastError === null ? null : 'INTENT_FAILED';
    default:
      return null;
  }
}
