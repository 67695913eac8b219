import { findSendingEvidence, insertEvidence, readDispute } from '@/db/sql/disputes';
import type { Tx } from '@/db/transaction';
import { isDisputeOpen } from '@/domain/dispute';
import { actorLabel } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { originOf } from '../payments/fact-context';
import { lockPaymentFor } from '../payments/locked-payment';
import { recordChange } from '../payments/record-change';
import type { DisputeRow } from './dispute-row';
import { getDispute } from './read';
import { type DisputeDetailView, type SubmitEvidenceInput, submitEvidenceInput } from './schemas';
import { sendEvidence } from './send-evidence';

/**
 * Answers the bank: texts, and files that were uploaded to the processor. A bank is answered once, so the answer is stored
 * first and sent with its own key; a lost answer leaves it SENDING for the janitor, which looks before it repeats.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISPUTE_NOT_ANSWERABLE (decided, answered, or too late),
 *   EVIDENCE_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, PROCESSOR_REFUSED
 */
export async function submitEvidence(
  ctx: ServiceContext,
  raw: SubmitEvidenceInput,
): Promise<DisputeDetailView> {
  const { idempotencyKey, ...input } = parseInput(submitEvidenceInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'dispute.submitEvidence');
  const operation = operationKey(ctx.actor, 'disputes.submitEvidence', idempotencyKey, input);
  const found = await ctx.prisma.dispute.findUnique({ where: { id: input.disputeId } });
  if (!found) throw notVisible('Dispute');

  const { ids, isFirst } = await ctx.db.transaction(async (tx) => {
    const payment = await lockPaymentFor(tx, ctx, 'dispute.submitEvidence', found.paymentId);
    return once(tx, operation, async () => {
      await assertAnswerable(tx, input.disputeId);
      const evidenceId = newId();
      await tx.query(insertEvidence, [
        evidenceId,
        input.disputeId,
        JSON.stringify(input.texts),
        JSON.stringify(input.files),
        actorLabel(ctx.actor),
      ]);
      await recordChange(tx, originOf(ctx), payment, {
        action: 'dispute_answered',
        patch: {},
        details: { disputeId: input.disputeId, evidenceId, files: input.files.length },
        events: [],
      });
      return { evidenceId };
    });
  });
  if (isFirst) await sendEvidence(ctx, ids.evidenceId);
  return getDispute(ctx, { disputeId: input.disputeId });
}

async function assertAnswerable(tx: Tx, disputeId: string): Promise<void> {
  const dispute = await tx.one<DisputeRow>(readDispute, [disputeId]);
  const refuse = (why: string) => new ServiceError('DISPUTE_NOT_ANSWERABLE', why);
  if (!isDisputeOpen(dispute.status))
    throw refuse(`The bank has decided this dispute: it is ${dispute.status}.`);
  if (!dispute.status.endsWith('needs_response'))
    throw refuse('This dispute was answered. The bank is deciding.');
  if (dispute.isEvidenceLate) throw refuse('The time for evidence is over.');
  if ((await tx.query(findSendingEvidence, [disputeId])).length > 0)
    throw new ServiceError(
      'EVIDENCE_IN_PROGRESS',
      'An answer to this dispute is being sent. Look again in a moment.',
    );
}
