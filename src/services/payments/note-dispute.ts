import type { Tx } from '@/db/transaction';
import type { ProcessorDispute } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import { recordChange } from './record-change';
import { missingOrForeign, paymentOfIntent } from './record-charge';

/** A guest's bank questions the payment: told in its history and to everyone who watches it. */
export async function noteDispute(tx: Tx, ctx: FactContext, dispute: ProcessorDispute): Promise<FactOutcome> {
  const row = await paymentOfIntent(tx, dispute.intentId, undefined);
  if (!row) return missingOrForeign(dispute.intentId, undefined);
  await recordChange(tx, ctx, row, {
    action: 'dispute_opened',
    patch: {},
    details: {
      disputeId: dispute.id,
      amountMinor: dispute.amountMinor,
      reason: dispute.reason,
      dueBySec: dispute.dueBySec,
    },
    events: ['dispute:created'],
  });
  return { kind: 'applied' };
}
