import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import { recordCharge } from '@/services/payments/record-charge';
import type { ProcessorCharge, ProcessorEvent } from '@/services/ports';
import type { Tx } from '@/services/tx';

/** charge.succeeded, charge.updated: which card or wallet paid. Money moves by payment_intent.* alone, or it would settle twice. */
export async function applyChargeEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  charge: ProcessorCharge,
): Promise<FactOutcome> {
  if (event.type !== 'charge.succeeded' && event.type !== 'charge.updated') {
    return { kind: 'ignored', reason: `not handled: ${event.type}` };
  }
  return recordCharge(tx, ctx, charge, event.type === 'charge.succeeded');
}
