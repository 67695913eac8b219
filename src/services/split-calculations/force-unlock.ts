import { insertAudit } from '@/db/sql/audit';
import { findSplitSession, leaveSplitRound, setSplitLock } from '@/db/sql/split-calculations';
import { actorLabel } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { calculationOf, changeSplit, lockViewOf } from './run';
import { type ForceUnlockSplitInput, unlockSplitInput } from './schemas';
import type { SplitLockView } from './view';

/**
 * The restaurant opens a split again while some have paid: what is left is divided anew among those who have not. Payments
 * under way keep what they hold.
 * @param raw.tableSessionId the session's id, or the calculation's
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, NOT_FOUND (no split yet), IDEMPOTENCY_KEY_REUSED
 */
export async function forceUnlockSplit(
  ctx: ServiceContext,
  raw: ForceUnlockSplitInput,
): Promise<SplitLockView> {
  const { idempotencyKey: key, tableSessionId: anyId } = parseInput(unlockSplitInput, raw);
  const action = 'splitCalculation.forceUnlock';
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, action);
  const found = await ctx.db.maybeOne<{ tableSessionId: string }>(findSplitSession, [anyId]);
  const input = { tableSessionId: found?.tableSessionId ?? anyId };
  const request = { procedure: 'splitCalculations.forceUnlock', key, action, input } as const;
  const { state } = await changeSplit(ctx, request, async (tx, before) => {
    const calculation = calculationOf(before);
    const wasLocked = lockViewOf(ctx, before).isLocked;
    await tx.query(setSplitLock, [calculation.id, null, null, null, null]);
    if (!wasLocked) return { ids: {}, fact: null };
    await tx.query(leaveSplitRound, [calculation.id]);
    const { restaurantId, tableSessionId } = before.session;
    await tx.query(insertAudit, [
      newId(),
      actorLabel(ctx.actor),
      'split.force_unlocked',
      'table_session',
      tableSessionId,
      restaurantId,
      JSON.stringify({ splitCalculationId: calculation.id, round: calculation.round }),
      ctx.request.id,
    ]);
    return { ids: {}, fact: { type: 'split:calculation_unlocked', guestPublicId: null } };
  });
  return lockViewOf(ctx, state);
}
