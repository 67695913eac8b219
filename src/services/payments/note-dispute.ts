import { findDisputeAudit } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import type { ProcessorDispute } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import { recordChange } from './record-change';
import { missingOrForeign, paymentOfIntent } from './record-charge';

/**
 * A guest's bank questions the payment: told once in its history and to everyone who watches it. A dispute names nothing
 * but its intent, so one of an intent unknown here waits for it.
 */
export async function noteDispute(tx: Tx, ctx: FactContext, dispute: ProcessorDispute): Promise<FactOutcome> {
  const row = await paymentOfIntent(tx, dispute.intentId, undefined);
  if (!row) return missingOrForeign(dispute.intentId, undefined);
  const known = await tx.query(findDisputeAudit, [row.id, dispute.id]);
  if (known.length > 0) return { kind: 'ignored', reason: 'repeat: the dispute is known' };
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
