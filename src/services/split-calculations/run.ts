import type { Tx } from '@/db/transaction';
import { type Action, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { sessionClosed } from '../table-sessions/session';
import { resolveSplit, toLockView, toSplitView } from './resolve';
import { type CalculationRow, lockSplit, readSplit, type SplitState } from './state';
import { type SplitFact, tellSplit } from './tell';
import type { SplitCalculationView, SplitLockView } from './view';

/** What a decision under the lock came to: the ids to remember, and what to tell the table, if anything changed. */
export interface SplitChange<Ids extends object = object> {
  ids: Ids;
  fact: SplitFact | null;
}

/**
 * The steps that every change of a split shares: once per key, under the lock of the session's orders, decide and write, tell
 * the table; then read what is true now.
 * @param request.input the parsed input without its key
 */
export async function changeSplit<Ids extends object>(
  ctx: ServiceContext,
  request: { procedure: string; key: string; action: Action; input: { tableSessionId: string } },
  decide: (tx: Tx, state: SplitState) => Promise<SplitChange<Ids>>,
): Promise<{ ids: Ids; state: SplitState }> {
  const { procedure, key, action, input } = request;
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, action);
  const operation = operationKey(ctx.actor, procedure, key, input);
  const done = await ctx.db.transaction(async (tx) => {
    const { ids } = await once(tx, operation, async () => {
      const change = await decide(tx, await lockSplit(tx, ctx, action, input.tableSessionId));
      if (change.fact) await tellSplit(tx, ctx.clock.now(), input.tableSessionId, change.fact);
      return change.ids;
    });
    return { ids, state: await readSplit(tx, ctx, action, input.tableSessionId) };
  });
  ctx.wake('outbox');
  return done;
}

/** The guest in whose name the caller divides the bill. @throws ServiceError FORBIDDEN for who sits at no table */
export function splittingGuest(ctx: ServiceContext, action: Action): string {
  const guest = 'guest' in ctx.actor ? ctx.actor.guest : null;
  return guest?.publicId ?? refuseStranger(ctx.actor, action);
}

/** @throws ServiceError SESSION_CLOSED */
export function assertSessionOpen({ session }: SplitState): void {
  if (session.isOver) throw sessionClosed();
}

/** @throws ServiceError NOT_FOUND when nobody has split this bill yet */
export function calculationOf({ calculation }: SplitState): CalculationRow {
  if (calculation) return calculation;
  throw new ServiceError('NOT_FOUND', 'This bill is not split yet. Choose how to split it first.');
}

export function splitLocked(): ServiceError {
  // No word in it that makes v2 repeat by itself (legacy-contract 1.4).
  return new ServiceError(
    'SPLIT_LOCKED',
    'Somebody is paying by this split already: it stays as it is until all have paid.',
  );
}

export function viewOf(ctx: ServiceContext, state: SplitState): SplitCalculationView {
  const calculation = calculationOf(state);
  return toSplitView(calculation, state, resolveSplit(calculation, state, ctx.clock.now()));
}

export function lockViewOf(ctx: ServiceContext, state: SplitState): SplitLockView {
  const { calculation } = state;
  return toLockView(state, calculation && resolveSplit(calculation, state, ctx.clock.now()));
}
