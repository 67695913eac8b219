import { endSplitChange, giveUpSplitChange, touchSplitChange } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { type ShareStep, stepBack } from '@/domain/split-change';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { replaceResult } from '../idempotency';
import { changeShare } from '../payments/change-share';
import type { PendingChange } from './plan-share-changes';

/**
 * Takes the steps of a change one after the other, from wherever it stands, and ends it: all of them taken, or, when one cannot
 * be taken any more (paid in this moment), those before it put back and the operation refused for good. What ends unknown, of
 * the change or of its putting back, stays with the group for the caller's repeat or the janitor. Again, it does nothing; nor
 * does it once others have ended the change, however late.
 * @param change.isFirst nobody has begun it yet: when nothing has come of the first step either, it is over
 * @throws ServiceError what changeShare throws; CREATION_IN_PROGRESS (others have ended it)
 */
export async function takeSteps(
  ctx: ServiceContext,
  groupId: string,
  change: PendingChange & { isFirst: boolean },
): Promise<void> {
  if (change.refused) return putBack(ctx, groupId, change);
  const taken: ShareStep[] = [];
  for (const step of change.steps) {
    try {
      await takeStep(ctx, groupId, change, step);
      taken.push(step);
      await ctx.checkpoint('share.between-steps');
    } catch (error) {
      const cameToNothing = change.isFirst && taken.length === 0 && isUntold(error);
      if (isFinal(error)) await giveUp(ctx, groupId, change, taken, error);
      else if (cameToNothing) await endChange(ctx, groupId, change);
      throw error;
    }
  }
  await ctx.db.transaction(async (tx) => {
    const isOurs = (await tx.maybeOne(endSplitChange, thisChange(groupId, change))) !== null;
    // What follows later is not undone by a late repeat.
    if (isOurs) await replaceResult(tx, change.operation, { steps: [] });
  });
}

/** Under the locks that the share is changed under: its change cannot be ended, and another begun, in between. */
async function takeStep(
  ctx: ServiceContext,
  groupId: string,
  change: PendingChange,
  step: ShareStep,
): Promise<void> {
  const key = thisChange(groupId, change);
  await changeShare(ctx, step, async (tx: Tx) => {
    if ((await tx.maybeOne(touchSplitChange, key)) !== null) return;
    throw new ServiceError('CREATION_IN_PROGRESS', 'Others have ended this change. Repeat it with its key.');
  });
  await ctx.db.query(touchSplitChange, key);
}

/** What names a change in src/db/sql/splits.ts, so that whoever is late does not take the next one for it. */
function thisChange(groupId: string, { operation, refused }: PendingChange) {
  return [groupId, operation.scope, operation.key, refused !== undefined];
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
  change: PendingChange,
  taken: readonly ShareStep[],
  { code, message, details }: ServiceError,
): Promise<void> {
  const { operation } = change;
  const refused = { code, message, details };
  const back: PendingChange = { operation, steps: taken.toReversed().map(stepBack), refused };
  const isOurs = await ctx.db.transaction(async (tx) => {
    const kept = await tx.maybeOne(giveUpSplitChange, [...thisChange(groupId, change), JSON.stringify(back)]);
    if (kept !== null) await replaceResult(tx, operation, { steps: [], refused });
    return kept !== null;
  });
  if (isOurs) await putBack(ctx, groupId, back);
}

/** As far as that can be: what was paid meanwhile stays, and the rest of the bill is free for anybody. */
async function putBack(ctx: ServiceContext, groupId: string, change: PendingChange): Promise<void> {
  let isOver = true;
  for (const step of change.steps) {
    await takeStep(ctx, groupId, change, step).catch((error: unknown) => {
      isOver &&= isFinal(error);
      ctx.log.warn(
        { paymentId: step.paymentId, error: String(error) },
        'share not put back after a change that failed',
      );
    });
  }
  if (isOver) await endChange(ctx, groupId, change);
}

/** Nothing is left to do for the change. Does nothing when the group has another one, or none. */
export async function endChange(ctx: ServiceContext, groupId: string, change: PendingChange): Promise<void> {
  await ctx.db.query(endSplitChange, thisChange(groupId, change));
}
