import { resolveDiscrepancy } from '@/db/sql/reconciliation-discrepancies';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import type { ActionTaken } from '../discrepancies/note-actions';
import { ServiceError } from '../errors';
import { operationKey, stepKey } from '../idempotency';
import { replayEvents } from '../inbox/replay';
import { parseInput } from '../parse';
import { refreshFromProcessor } from '../payments/refresh';
import {
  actInTransaction,
  actOnDiscrepancy,
  assertOpen,
  type LockedDiscrepancy,
  lockAuthorizedDiscrepancy,
} from './act-on-discrepancy';
import { correctByRefund } from './correct-by-refund';
import { getDiscrepancy } from './read-discrepancies';
import { type DiscrepancyDetailView, type ResolveInput, resolveInput } from './schemas';

/**
 * Corrects a discrepancy through the fitting service verb, under that verb's own rules, and closes it. A refund closes it before
 * the money moves. What only asks the processor or the inbox again may be done as often as people like: it is closed afterwards.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, NOT_CORRECTABLE (it names no
 *   payment, or the verb changed nothing), IDEMPOTENCY_KEY_REUSED, and what the verb throws
 */
export async function resolve(ctx: ServiceContext, raw: ResolveInput): Promise<DiscrepancyDetailView> {
  const input = parseInput(resolveInput, raw);
  const { idempotencyKey, ...asked } = input;
  const { discrepancyId, by, reason } = asked;
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.work');
  if (by.kind === 'ELSEWHERE') {
    return actOnDiscrepancy(ctx, 'resolve', input, async (tx, row) => {
      assertOpen(row);
      await tx.query(resolveDiscrepancy, [row.id, 'CORRECTED', actorLabel(ctx.actor), ctx.clock.now()]);
      return { action: 'CORRECTED', details: { by: by.kind } };
    });
  }
  const operation = operationKey(ctx.actor, 'discrepancies.resolve', idempotencyKey, asked);
  const before = await ctx.db.transaction((tx) => lockAuthorizedDiscrepancy(tx, ctx, discrepancyId));
  if (by.kind === 'REFUND') {
    const paymentId = paymentOf(before);
    await correctByRefund(ctx, operation, { discrepancyId, reason, paymentId, amountMinor: by.amountMinor });
    return getDiscrepancy(ctx, { discrepancyId });
  }
  // Already resolved: either a repeat, which the idempotency key answers below, or a refusal.
  const done = before.state === 'OPEN' ? await correct(ctx, before, by, idempotencyKey) : null;
  await ctx.db.transaction((tx) =>
    actInTransaction(tx, ctx, operation, asked, async (within, row) => {
      assertOpen(row);
      if (done === null) throw new ServiceError('DISCREPANCY_RESOLVED', 'This discrepancy is resolved.');
      await within.query(resolveDiscrepancy, [row.id, 'CORRECTED', actorLabel(ctx.actor), ctx.clock.now()]);
      return done;
    }),
  );
  return getDiscrepancy(ctx, { discrepancyId });
}

async function correct(
  ctx: ServiceContext,
  row: LockedDiscrepancy,
  by: Exclude<ResolveInput['by'], { kind: 'REFUND' | 'ELSEWHERE' }>,
  idempotencyKey: string,
): Promise<ActionTaken> {
  switch (by.kind) {
    case 'REFRESH_PAYMENT': {
      const payment = await ctx.prisma.payment.findUniqueOrThrow({ where: { id: paymentOf(row) } });
      if (!(await refreshFromProcessor(ctx, payment)))
        throw new ServiceError('NOT_CORRECTABLE', 'The processor says nothing new about this payment.');
      return { action: 'CORRECTED', details: { by: by.kind } };
    }
    case 'REPLAY_EVENT': {
      authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
      const { results } = await replayEvents(ctx, {
        eventIds: [by.eventId],
        idempotencyKey: stepKey(idempotencyKey, 'replay'),
      });
      if (results[0]?.state !== 'APPLIED')
        throw new ServiceError(
          'NOT_CORRECTABLE',
          `The event was not applied: it is ${results[0]?.state ?? 'unknown'}.`,
        );
      return { action: 'CORRECTED', details: { by: by.kind, eventId: by.eventId } };
    }
  }
}

function paymentOf(row: LockedDiscrepancy): string {
  if (row.paymentId === null)
    throw new ServiceError('NOT_CORRECTABLE', 'This discrepancy is about no payment of ours.');
  return row.paymentId;
}
