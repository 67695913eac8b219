import { setSplitLock } from '@/db/sql/split-calculations';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { holdEnd } from '../payments/open-payment';
import { resolveSplit } from './resolve';
import { assertSessionOpen, calculationOf, changeSplit, lockViewOf, splittingGuest } from './run';
import { type LockSplitInput, lockSplitInput } from './schemas';
import type { SplitLockView } from './view';

/**
 * A guest is about to pay: the split stays as it is. Held by somebody already, it answers whose hold that is; payments of
 * others are never stopped by it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, NOT_FOUND (no split yet), SESSION_CLOSED,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function lockSplitCalculation(ctx: ServiceContext, raw: LockSplitInput): Promise<SplitLockView> {
  const { idempotencyKey: key, ...input } = parseInput(lockSplitInput, raw);
  const action = 'splitCalculation.change';
  const request = { procedure: 'splitCalculations.lock', key, action, input } as const;
  const { state } = await changeSplit(ctx, request, async (tx, found) => {
    const guestPublicId = splittingGuest(ctx, action);
    assertSessionOpen(found);
    const calculation = calculationOf(found);
    if (resolveSplit(calculation, found, ctx.clock.now()).hold) return { ids: {}, fact: null };
    const now = ctx.clock.now();
    const until = holdEnd({ settings: ctx.settings, now }, 'TABLE_SESSION');
    await tx.query(setSplitLock, [calculation.id, guestPublicId, input.reason, now, until]);
    return { ids: {}, fact: { type: 'split:calculation_locked', guestPublicId } };
  });
  return lockViewOf(ctx, state);
}
