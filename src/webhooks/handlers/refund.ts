import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import type { ProcessorEvent, ProcessorRefund } from '@/services/ports';
import { applyRefundFact } from '@/services/refunds/apply-refund';
import type { Tx } from '@/services/tx';

/** refund.created, refund.updated, refund.failed: all say how the refund stands. charge.refunded repeats them and is not used. */
export async function applyRefundEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  refund: ProcessorRefund,
): Promise<FactOutcome> {
  return applyRefundFact(tx, ctx, { refund, at: new Date(event.createdSec * 1000) });
}
