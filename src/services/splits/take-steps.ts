import { endSplitChange, giveUpSplitChange, touchSplitChange } from '@/db/sql/splits';
import { type ShareStep, stepBack } from '@/domain/split-change';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { replaceResult } from '../idempotency';
import { changeShare } from '../payments/change-share';
import type { PendingChange } from './plan-share-changes';

/**
 * Takes the steps of a change one after the other, from wherever it stands, and ends it: all of them taken, or, when one cannot
 * be taken any more (paid in this moment), those before it put back and the operation refused for good. What ends unknown, of
 * the change or of its putting back, stays with the group for the caller's repeat or the janitor. Again, it does nothing.
 * @param change.isFirst nobody has begun it yet: when nothing has come of the first step either, it is over
 * @throws ServiceError what changeShare throws
 */
export async function takeSteps(
  ctx: ServiceContext,
  groupId: string,
  change: PendingChange & { isFirst: boolean },
): Promise<void> {
  if (change.refused) return putBack(ctx, groupId, change.steps);
  const taken: ShareStep[] = [];
  for (const step of change.steps) {
    try {
      await changeShare(ctx, step);
      taken.push(step);
      await ctx.db.query(touchSplitChange, [groupId]);
      await ctx.checkpoint('share.between-steps');
    } catch (error) {
      const cameToNothing = change.isFirst && taken.length === 0 && isUntold(error);
      if (isFinal(error)) await giveUp(ctx, groupId, change, taken, error);
      else if (cameToNothing) await ctx.db.query(endSplitChange, [groupId]);
      throw error;
    }
  }
  await ctx.db.transaction(async (tx) => {
    await tx.query(endSplitChange, [groupId]);
    // What follows later is not undone by a late repeat.
    await replaceResult(tx, change.operation, { steps: [] });
  });
}

/** It will not be done, however often it is repeated. */
function isFinal(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError) || error.code === 'CREATION_IN_PROGRESS') return false;
  return error.kind !== 'UNAVAILABLE' || error.code === 'PROCESSOR_REFUSED';
}

/** The processor has certainly not heard of it. */
function isUntold(error: unknown): boolean {
  return error instanceof ServiceError && error.code !== 'PROCESSOR_OUTCOME_UNKNOWN';
}

/** From now on the change is its putting back, and a repeat of the operation is answered with the refusal. */
async function giveUp(
  ctx: ServiceContext,
  groupId: string,
  { operation }: PendingChange,
  taken: readonly ShareStep[],
  { code, message, details }: ServiceError,
): Promise<void> {
  const refused = { code, message, details };
  const steps = taken.toReversed().map(stepBack);
  const isOurs = await ctx.db.transaction(async (tx) => {
    const change: PendingChange = { operation, steps, refused };
    const kept = await tx.maybeOne(giveUpSplitChange, [groupId, JSON.stringify(change), operation.key]);
    if (kept !== null) await replaceResult(tx, operation, { steps: [], refused });
    return kept !== null;
  });
  if (isOurs) await putBack(ctx, groupId, steps);
}

/** As far as that can be: what was paid meanwhile stays, and the rest of the bill is free for anybody. */
async function putBack(ctx: ServiceContext, groupId: string, steps: readonly ShareStep[]): Promise<void> {
  let isOver = true;
  for (const step of steps) {
    await changeShare(ctx, step).catch((error: unknown) => {
      isOver &&= isFinal(error);
      ctx.log.warn(
        { paymentId: step.paymentId, error: String(error) },
        'share not put back after a change that failed',
      );
    });
    await ctx.db.query(touchSplitChange, [groupId]);
  }
  if (isOver) await ctx.db.query(endSplitChange, [groupId]);
}
