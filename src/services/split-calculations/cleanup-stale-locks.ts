import { findStaleSplitLocks } from '@/db/sql/split-calculations';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { stepKey } from '../idempotency';
import { parseInput } from '../parse';
import { isStale } from './resolve';
import { changeSplit } from './run';
import { type CleanupSplitLocksInput, cleanupSplitLocksInput } from './schemas';
import { releaseHold } from './unlock';
import type { CleanedLocksView } from './view';

/**
 * Clears explicit holds whose payment never came and that are older than a payment may be open. They hold nothing any more;
 * this tells the tables so. At most 500 at once, each by itself.
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED
 */
export async function cleanupStaleSplitLocks(
  ctx: ServiceContext,
  raw: CleanupSplitLocksInput,
): Promise<CleanedLocksView> {
  const { idempotencyKey } = parseInput(cleanupSplitLocksInput, raw);
  const action = 'splitCalculation.cleanup';
  authorize(ctx.actor, action, {}, 'Split calculations');
  const found = await ctx.db.query<{ tableSessionId: string }>(findStaleSplitLocks, [ctx.clock.now()]);
  const results: CleanedLocksView['results'] = [];
  for (const input of found) {
    const key = stepKey(idempotencyKey, input.tableSessionId);
    const request = { procedure: 'splitCalculations.cleanup', key, action, input } as const;
    const { ids } = await changeSplit(ctx, request, async (tx, state) => {
      const { calculation } = state;
      if (!calculation || !isStale(calculation, state, ctx.clock.now()))
        return { ids: { success: false }, fact: null };
      return { ids: { success: true }, fact: await releaseHold(tx, ctx, state, calculation, null) };
    });
    results.push({ ...input, ...ids });
  }
  return {
    totalFound: found.length,
    cleanedCount: results.filter((result) => result.success).length,
    results,
  };
}
