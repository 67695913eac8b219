import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import type { ProcessorEvent, ProcessorPayout } from '@/services/ports';
import { applyPayoutFact } from '@/services/processor-money/apply-payout';
import type { Tx } from '@/services/tx';

/** payout.created, updated, paid, failed, canceled, reconciliation_completed: all say how the payout stands. */
export async function applyPayoutEvent(
  tx: Tx,
  _ctx: FactContext,
  _event: ProcessorEvent,
  payout: ProcessorPayout,
): Promise<FactOutcome> {
  return applyPayoutFact(tx, payout);
}
