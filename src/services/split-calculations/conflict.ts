import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { splittingGuest } from './run';
import { lockSplit } from './state';
import { tellSplit } from './tell';

/**
 * Runs a change of a split. One that is refused because others pay by it already is told to the restaurant, whose staff may
 * open the split again; the refusal undid its own transaction, so this has one of its own.
 */
export async function tellConflict<T>(
  ctx: ServiceContext,
  tableSessionId: string,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'SPLIT_LOCKED')) throw error;
    const guestPublicId = splittingGuest(ctx, 'splitCalculation.change');
    await ctx.db.transaction(async (tx) => {
      await lockSplit(tx, ctx, 'splitCalculation.change', tableSessionId);
      await tellSplit(tx, ctx.clock.now(), tableSessionId, {
        type: 'split:conflict_detected',
        guestPublicId,
      });
    });
    ctx.wake('outbox');
    throw error;
  }
}
