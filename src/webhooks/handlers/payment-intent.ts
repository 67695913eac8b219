import { applyIntentFact, type FactOutcome, type IntentFact } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import { noteCapturable } from '@/services/payments/note-capturable';
import type { ProcessorEvent, ProcessorIntent } from '@/services/ports';
import type { Tx } from '@/services/tx';

/** Stripe's words for what happened to an intent, in ours. */
const FACTS: Readonly<Record<string, IntentFact>> = {
  'payment_intent.succeeded': 'INTENT_SUCCEEDED',
  'payment_intent.payment_failed': 'INTENT_FAILED',
  'payment_intent.processing': 'INTENT_PROCESSING',
  'payment_intent.canceled': 'INTENT_CANCELED',
  'payment_intent.requires_action': 'INTENT_REQUIRES_ACTION',
};

/** payment_intent.*: the event's own type says what happened, its object is the snapshot of that moment. */
export async function applyIntentEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  intent: ProcessorIntent,
): Promise<FactOutcome> {
  // Capture is automatic (decision 16): an amount waiting for capture is a discrepancy, not a state.
  if (event.type === 'payment_intent.amount_capturable_updated') return noteCapturable(tx, intent);
  const kind = FACTS[event.type];
  if (!kind) return { kind: 'ignored', reason: `not handled: ${event.type}` };
  return applyIntentFact(tx, ctx, { kind, intent, atSec: event.createdSec });
}
