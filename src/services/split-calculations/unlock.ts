import { setSplitLock } from '@/db/sql/split-calculations';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { resolveSplit } from './resolve';
import { changeSplit, lockViewOf, type SplitChange, splittingGuest } from './run';
import { type UnlockSplitInput, unlockSplitInput } from './schemas';
import type { CalculationRow, SplitState } from './state';
import type { SplitLockView } from './view';

/**
 * Takes the caller's explicit hold away. The split is open again when no other hold is left: neither somebody else's nor a
 * payment of the round.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED
 */
export async function unlockSplitCalculation(
  ctx: ServiceContext,
  raw: UnlockSplitInput,
): Promise<SplitLockView> {
  const { idempotencyKey: key, ...input } = parseInput(unlockSplitInput, raw);
  const action = 'splitCalculation.change';
  const request = { procedure: 'splitCalculations.unlock', key, action, input } as const;
  const { state } = await changeSplit(ctx, request, async (tx, found) => {
    const guestPublicId = splittingGuest(ctx, action);
    const { calculation } = found;
    if (calculation?.lockedBy !== guestPublicId) return { ids: {}, fact: null };
    return { ids: {}, fact: await releaseHold(tx, ctx, found, calculation, guestPublicId) };
  });
  return lockViewOf(ctx, state);
}

/** Takes the explicit hold away, whosever it is. @returns what to tell, if that opened the split */
export async function releaseHold(
  tx: Tx,
  ctx: ServiceContext,
  state: SplitState,
  calculation: CalculationRow,
  guestPublicId: string | null,
): Promise<SplitChange['fact']> {
  await tx.query(setSplitLock, [calculation.id, null, null, null, null]);
  const free = { ...calculation, lockedBy: null, lockReason: null, lockedAt: null, lockedUntil: null };
  if (resolveSplit(free, state, ctx.clock.now()).hold) return null;
  return { type: 'split:calculation_unlocked', guestPublicId };
}
