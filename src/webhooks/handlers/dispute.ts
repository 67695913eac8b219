import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import { noteDispute } from '@/services/payments/note-dispute';
import type { ProcessorDispute, ProcessorEvent } from '@/services/ports';
import type { Tx } from '@/services/tx';

/** charge.dispute.created: in the payment's history and on the live stream. The payment's status stays (decision 12). */
export async function applyDisputeEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  dispute: ProcessorDispute,
): Promise<FactOutcome> {
  if (event.type !== 'charge.dispute.created')
    return { kind: 'ignored', reason: `not handled: ${event.type}` };
  return noteDispute(tx, ctx, dispute);
}
