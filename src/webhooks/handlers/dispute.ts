import { applyDisputeFact } from '@/services/disputes/apply-dispute';
import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import type { ProcessorDispute, ProcessorEvent } from '@/services/ports';
import type { Tx } from '@/services/tx';

/**
 * charge.dispute.created, updated, funds_withdrawn, funds_reinstated, closed: each tells the whole dispute, with the funds that it
 * has moved so far, so that what counts is the newest snapshot and every movement once.
 */
export async function applyDisputeEvent(
  tx: Tx,
  ctx: FactContext,
  event: ProcessorEvent,
  dispute: ProcessorDispute,
): Promise<FactOutcome> {
  return applyDisputeFact(tx, ctx, { dispute, atSec: event.createdSec });
}
