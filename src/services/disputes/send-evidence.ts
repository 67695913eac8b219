import { endEvidence, nextEvidenceAttempt } from '@/db/sql/disputes';
import type { ServiceContext } from '../context';
import { factContextOf } from '../payments/fact-context';
import { isKeySpent, processorRefusal } from '../payments/processor-refusal';
import type { ProcessorDispute, ProcessorOutcome } from '../ports';
import { disputeEvidenceKey } from '../processor-keys';
import { applyDisputeFact } from './apply-dispute';
import type { EvidenceFile } from './schemas';

/** Sends stored evidence to the processor and applies its answer. @throws ServiceError PROCESSOR_REFUSED */
export async function sendEvidence(ctx: ServiceContext, evidenceId: string): Promise<void> {
  const row = await ctx.prisma.disputeEvidence.findUniqueOrThrow({ where: { id: evidenceId } });
  const files = row.files as EvidenceFile[];
  const answer = await ctx.processor.submitDisputeEvidence(
    row.disputeId,
    {
      texts: row.texts as Record<string, string>,
      fileIds: Object.fromEntries(files.map(({ kind, fileId }) => [kind, fileId])),
      metadata: { evidenceId },
    },
    disputeEvidenceKey(evidenceId, row.attempt),
  );
  await finish(ctx, { evidenceId, attempt: row.attempt }, answer);
}

/** Looks whether the processor has the evidence, and only when it has not sends it again. */
export async function repairEvidence(ctx: ServiceContext, evidenceId: string): Promise<void> {
  const row = await ctx.prisma.disputeEvidence.findUniqueOrThrow({ where: { id: evidenceId } });
  const found = await ctx.processor.retrieveDispute(row.disputeId);
  if (found.kind !== 'ok') {
    ctx.log.warn(
      { evidenceId, outcome: found.kind, detail: found.error.detail },
      'evidence not looked up yet',
    );
    return;
  }
  if (found.value.metadata.evidenceId !== evidenceId) return sendEvidence(ctx, evidenceId);
  return finish(ctx, { evidenceId, attempt: row.attempt }, { kind: 'ok', value: found.value });
}

async function finish(
  ctx: ServiceContext,
  { evidenceId, attempt }: { evidenceId: string; attempt: number },
  answer: ProcessorOutcome<ProcessorDispute>,
): Promise<void> {
  const facts = factContextOf(ctx);
  const { now } = facts;
  if (answer.kind === 'ok') {
    await ctx.db.transaction(async (tx) => {
      await applyDisputeFact(tx, facts, { dispute: answer.value, atSec: null });
      await tx.query(endEvidence, [evidenceId, 'SUBMITTED', null, now]);
    });
    ctx.wake('outbox');
    return;
  }
  if (answer.kind === 'refused') {
    const { staffMessage } = answer.error;
    await ctx.db.query(endEvidence, [evidenceId, 'REFUSED', staffMessage, now]);
    throw processorRefusal('refused', { ...answer.error, guestMessage: staffMessage });
  }
  // Not known, or not executed: it stays SENDING and the janitor goes on from it.
  if (isKeySpent(answer.error)) await ctx.db.query(nextEvidenceAttempt, [evidenceId, attempt]);
  ctx.log.warn(
    { evidenceId, outcome: answer.kind, detail: answer.error.detail },
    'evidence not confirmed yet',
  );
}
