import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import { recordCharge } from '@/services/payments/record-charge';
import type { ProcessorCharge, ProcessorEvent } from '@/services/ports';
import { awaitTransaction } from '@/services/processor-money/await-transaction';
import type { Tx } from '@/services/tx';

/**
 * charge.succeeded, charge.updated: which card or wallet paid, and its balance transaction once there is one. Money moves by
 * payment_intent.* alone, or it would settle twice.
 */
export async function applyChargeEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  charge: ProcessorCharge,
): Promise<FactOutcome> {
  if (event.type !== 'charge.succeeded' && event.type !== 'charge.updated') {
    return { kind: 'ignored', reason: `not handled: ${event.type}` };
  }
  if (charge.transactionId !== null) await awaitTransaction(tx, charge.transactionId);
  return recordCharge(tx, ctx, charge, event.type === 'charge.succeeded');
}
