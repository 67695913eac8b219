import { endSplitChange, touchSplitChange } from '@/db/sql/splits';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { replaceResult } from '../idempotency';
import { changeShare } from '../payments/change-share';
import type { PendingChange, ShareStep } from './plan-share-changes';

/**
 * Takes the steps of a change one after the other, from wherever it stands, and ends it: all of them taken, or, when one cannot
 * be taken any more (paid in this moment), those before it put back. What ends unknown stays with the group for the caller's
 * repeat or the janitor. Doing it again does nothing.
 * @param change.isFirst nobody has begun it yet: when nothing has come of the first step either, it is over
 * @throws ServiceError what changeShare throws
 */
export async function takeSteps(
  ctx: ServiceContext,
  groupId: string,
  change: PendingChange & { isFirst: boolean },
): Promise<void> {
  const taken: ShareStep[] = [];
  for (const step of change.steps) {
    try {
      await changeShare(ctx, step);
      taken.push(step);
      await ctx.db.query(touchSplitChange, [groupId]);
      await ctx.checkpoint('share.between-steps');
    } catch (error) {
      const cameToNothing = change.isFirst && taken.length === 0 && isUntold(error);
      if (isFinal(error)) await putBack(ctx, taken);
      if (isFinal(error) || cameToNothing) await ctx.db.query(endSplitChange, [groupId]);
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
function isFinal(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.code === 'CREATION_IN_PROGRESS') return false;
  return error.kind !== 'UNAVAILABLE' || error.code === 'PROCESSOR_REFUSED';
}

/** The processor has certainly not heard of it. */
function isUntold(error: unknown): boolean {
  return error instanceof ServiceError && error.code !== 'PROCESSOR_OUTCOME_UNKNOWN';
}

/** As far as that can be: what was paid meanwhile stays, and the rest of the bill is free for anybody. */
async function putBack(ctx: ServiceContext, taken: readonly ShareStep[]): Promise<void> {
  for (const { paymentId, fromMinor } of taken.toReversed()) {
    await changeShare(ctx, { paymentId, billPartMinor: fromMinor, ownTipMinor: null }).catch(
      (error: unknown) =>
        ctx.log.warn({ paymentId, error: String(error) }, 'share not put back after a change that failed'),
    );
  }
}
