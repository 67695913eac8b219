import { countsInRound } from '@/domain/split-round';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { changeSplit, lockViewOf, splittingGuest } from './run';
import { type UnlockSplitInput, unlockSplitInput } from './schemas';
import { releaseHold } from './unlock';
import type { RecoveredLockView } from './view';

/**
 * After a reload: is the hold that the guest remembers still theirs? With a payment of the round it is; without one it is
 * of no use any more and is cleaned away (legacy-contract 6, "Lock").
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED
 */
export async function recoverSplitLock(
  ctx: ServiceContext,
  raw: UnlockSplitInput,
): Promise<RecoveredLockView> {
  const { idempotencyKey: key, ...input } = parseInput(unlockSplitInput, raw);
  const action = 'splitCalculation.change';
  const request = { procedure: 'splitCalculations.recoverLock', key, action, input } as const;
  const { ids, state } = await changeSplit(ctx, request, async (tx, found) => {
    const guestPublicId = splittingGuest(ctx, action);
    const { calculation, payments } = found;
    const isPaying = payments.some(
      (payment) =>
        payment.guestPublicId === guestPublicId &&
        payment.round === calculation?.round &&
        countsInRound(payment),
    );
    if (isPaying) return { ids: { recovered: true, cleaned: false }, fact: null };
    if (calculation?.lockedBy !== guestPublicId)
      return { ids: { recovered: false, cleaned: false }, fact: null };
    const fact = await releaseHold(tx, ctx, found, calculation, guestPublicId);
    return { ids: { recovered: true, cleaned: true }, fact };
  });
  return { ...ids, lock: lockViewOf(ctx, state) };
}
