import * as splits from '@/services/split-calculations';
import {
  changeOwnSplitInput,
  cleanupSplitLocksInput,
  lockSplitInput,
  setSplitInput,
  unlockSplitInput,
} from '@/services/split-calculations/schemas';
import { tableSessionInput } from '@/services/table-sessions/schemas';
import { inputOf, procedure, router } from '../trpc';

/**
 * How a table's guests divide its bill while they sit there: equally, by percentage, by amount or by items. Each then pays
 * their share with `tableSessions.pay({ bySplit: true })`. Amounts in minor units, percentages in parts per million, guests by
 * public id. Shares that are fixed beforehand, one payment each, are `splits`.
 */
export const splitCalculationsRouter = router({
  /** The table's split with every share; null before anybody chose one. */
  get: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => splits.getSplit(ctx.service, input)),

  /** Chooses type, participants and values; the last guest counts. Refused while others pay by another one. */
  set: procedure
    .meta({ action: 'splitCalculation.change' })
    .input(inputOf(setSplitInput))
    .mutation(({ ctx, input }) => splits.setSplit(ctx.service, input)),

  /** The caller's own percentage or amount, or who had which items. */
  changeOwn: procedure
    .meta({ action: 'splitCalculation.change' })
    .input(inputOf(changeOwnSplitInput))
    .mutation(({ ctx, input }) => splits.changeOwnSplit(ctx.service, input)),

  /** Keeps the split as it is while the caller starts to pay; answers the holder's lock if there is one. */
  lock: procedure
    .meta({ action: 'splitCalculation.change' })
    .input(inputOf(lockSplitInput))
    .mutation(({ ctx, input }) => splits.lockSplitCalculation(ctx.service, input)),

  /** Takes the caller's own hold away; payments of the round go on holding. */
  unlock: procedure
    .meta({ action: 'splitCalculation.change' })
    .input(inputOf(unlockSplitInput))
    .mutation(({ ctx, input }) => splits.unlockSplitCalculation(ctx.service, input)),

  /** Whether the split may be changed now, and who holds it. */
  lockStatus: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => splits.getSplitLockStatus(ctx.service, input)),

  /** After a reload: whether the caller's hold still is one; without a payment it is cleaned away. */
  recoverLock: procedure
    .meta({ action: 'splitCalculation.change' })
    .input(inputOf(unlockSplitInput))
    .mutation(({ ctx, input }) => splits.recoverSplitLock(ctx.service, input)),

  /** For the restaurant: divides what is left anew among those who have not paid. */
  forceUnlock: procedure
    .meta({ action: 'splitCalculation.forceUnlock' })
    .input(inputOf(unlockSplitInput))
    .mutation(({ ctx, input }) => splits.forceUnlockSplit(ctx.service, input)),

  /** For admins: clears holds whose payment never came. */
  cleanupStaleLocks: procedure
    .meta({ action: 'splitCalculation.cleanup' })
    .input(inputOf(cleanupSplitLocksInput))
    .mutation(({ ctx, input }) => splits.cleanupStaleSplitLocks(ctx.service, input)),
});
