import { splitBody, splitLockBody } from '@/services/legacy/split-body';
import {
  changeOwnSplit,
  cleanupStaleSplitLocks,
  forceUnlockSplit,
  getSplit,
  getSplitLockStatus,
  lockSplitCalculation,
  recoverSplitLock,
  setSplit,
  unlockSplitCalculation,
} from '@/services/split-calculations';
import type { SplitCalculationView, SplitLockView } from '@/services/split-calculations/view';
import { toServiceError } from '@/services/to-service-error';
import { type Answer, ok, type RestCall, type Route } from '../call';
import { text } from '../fields';
import { keepMeaning, knownMeaning } from '../meaning';
import { requiredMinorOf } from '../money';
import { guestIds } from '../shapes/guest-ids';
import { itemsOf, ppmOf, splitChoicesOf, splitTypeOf, splitWords } from '../split-input';

const BASE = '/table-sessions/:sessionId/split-calculation';

/** Live split calculations of legacy-contract 3.4 and section 6. */
export const splitCalculationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/table-sessions/split-calculation/cleanup-stale-locks',
    who: 'admin',
    handle: cleanup,
  },
  { method: 'POST', path: BASE, who: 'verb', handle: set },
  { method: 'GET', path: BASE, who: 'verb', handle: get },
  { method: 'GET', path: `${BASE}/lock-status`, who: 'verb', handle: lockStatus },
  { method: 'POST', path: `${BASE}/lock`, who: 'verb', handle: lock },
  { method: 'DELETE', path: `${BASE}/lock`, who: 'verb', handle: unlock },
  { method: 'POST', path: `${BASE}/recover-lock`, who: 'verb', handle: recover },
  { method: 'POST', path: `${BASE}/force-unlock`, who: 'verb', handle: forceUnlock },
  { method: 'PATCH', path: `${BASE}/:guestId`, who: 'verb', handle: changeOwn },
];

async function set(call: RestCall): Promise<Answer> {
  const { ctx, body, idempotencyKey } = call;
  const words = await splitWords(ctx, session(call).tableSessionId);
  const type = splitTypeOf(body.splitType);
  const choices = splitChoicesOf(body, words);
  const input = { ...session(call), type, ...choices, idempotencyKey };
  const { amounts } = choices;
  if (amounts === undefined) return ok(await bodyOf(call, await setSplit(ctx, input)));
  const split = await forgivingExcess(call, words.currency, (excess) =>
    setSplit(ctx, { ...input, amounts: withoutExcess(amounts, excess) }),
  );
  return ok(await bodyOf(call, split));
}

async function get(call: RestCall): Promise<Answer> {
  const split = await getSplit(call.ctx, session(call));
  return ok(split && (await bodyOf(call, split)));
}

/** Each guest their own percentage or amount; who had an item anybody may say. */
async function changeOwn(call: RestCall): Promise<Answer> {
  const { ctx, body, params, idempotencyKey } = call;
  const words = await splitWords(ctx, session(call).tableSessionId);
  const items = itemsOf(body, words);
  const input = {
    ...session(call),
    guestPublicId: words.guest(params.guestId ?? ''),
    ...(body.percentage === undefined ? {} : { sharePpm: ppmOf(body.percentage, 'percentage') }),
    ...(items === undefined ? {} : { items }),
    idempotencyKey,
  };
  if (body.amount === undefined) return ok(await bodyOf(call, await changeOwnSplit(ctx, input)));
  const amountMinor = requiredMinorOf(body.amount, words.currency, 'amount');
  const split = await forgivingExcess(call, words.currency, ({ excessMinor }) =>
    changeOwnSplit(ctx, { ...input, amountMinor: amountMinor - excessMinor }),
  );
  return ok(await bodyOf(call, split));
}

async function lockStatus(call: RestCall): Promise<Answer> {
  const lock = await getSplitLockStatus(call.ctx, session(call));
  const { canModify } = lock;
  return ok({ ...(await lockBody(call, lock)), canModify });
}

async function lock(call: RestCall): Promise<Answer> {
  const { ctx, body, idempotencyKey } = call;
  const given = text(body.lockReason);
  const reason = given !== undefined && LOCK_REASON.test(given) ? { reason: given } : {};
  const found = await lockSplitCalculation(ctx, { ...session(call), ...reason, idempotencyKey });
  return ok(await lockBody(call, found));
}

async function unlock(call: RestCall): Promise<Answer> {
  const { ctx, idempotencyKey } = call;
  return ok(await lockBody(call, await unlockSplitCalculation(ctx, { ...session(call), idempotencyKey })));
}

async function recover(call: RestCall): Promise<Answer> {
  const { ctx, idempotencyKey } = call;
  const found = await recoverSplitLock(ctx, { ...session(call), idempotencyKey });
  const { message, tableSessionId: _, ...lockStatus } = await lockBody(call, found.lock);
  return ok({ recovered: found.recovered, cleaned: found.cleaned, lockStatus, message });
}

/** v2 R sends the calculation's id where the session's belongs. */
async function forceUnlock(call: RestCall): Promise<Answer> {
  const { ctx, idempotencyKey } = call;
  return ok(await lockBody(call, await forceUnlockSplit(ctx, { ...session(call), idempotencyKey })));
}

async function cleanup({ ctx, idempotencyKey }: RestCall): Promise<Answer> {
  const { totalFound, cleanedCount, results } = await cleanupStaleSplitLocks(ctx, { idempotencyKey });
  const affectedTableSessions = results.filter((row) => row.success).map((row) => row.tableSessionId);
  const message = `${cleanedCount} of ${totalFound} stale locks cleared.`;
  return ok({ totalFound, cleanedCount, results, affectedTableSessions, message }, message);
}

const LOCK_REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

type Excess = { excessMinor: number };

/** Asks as the client did; where its sum is one cent too large by rounding, without that cent (legacy-contract 6, BY_AMOUNT). */
async function forgivingExcess<View>(
  call: RestCall,
  currency: string,
  ask: (excess: Excess) => Promise<View>,
): Promise<View> {
  const known = await knownMeaning<Excess>(call);
  return ask(known ?? { excessMinor: 0 }).catch(async (error: unknown) => {
    const excess = known ? null : excessOf(error, currency);
    if (!excess) throw error;
    return ask(await keepMeaning(call, excess));
  });
}

function excessOf(error: unknown, currency: string): Excess | null {
  const refusal = toServiceError(error);
  if (refusal.code !== 'SPLIT_AMOUNTS_ABOVE_BALANCE') return null;
  const { excessMinor } = refusal.details;
  const toleranceMinor = requiredMinorOf('0.01', currency, 'amounts');
  return typeof excessMinor === 'number' && excessMinor <= toleranceMinor ? { excessMinor } : null;
}

/** It comes off the largest amount. */
function withoutExcess<Row extends { amountMinor: number }>(
  amounts: readonly Row[],
  { excessMinor }: Excess,
): Row[] {
  const largestMinor = Math.max(...amounts.map(({ amountMinor }) => amountMinor));
  const largest = amounts.findIndex(({ amountMinor }) => amountMinor === largestMinor);
  return amounts.map((row, index) =>
    index === largest ? { ...row, amountMinor: row.amountMinor - excessMinor } : row,
  );
}

async function bodyOf({ ctx }: RestCall, split: SplitCalculationView) {
  return splitBody(split, await guestIds(ctx, [...split.shares, { guestPublicId: split.updatedBy }]));
}

async function lockBody({ ctx }: RestCall, lock: SplitLockView) {
  const guestIdOf = await guestIds(ctx, [{ guestPublicId: lock.lockedBy }]);
  const message = lock.isLocked
    ? 'The split stays as it is until all have paid.'
    : 'The split can be changed.';
  return { tableSessionId: lock.tableSessionId, ...splitLockBody(lock, guestIdOf), message };
}

function session({ params }: RestCall): { tableSessionId: string } {
  return { tableSessionId: params.sessionId ?? '' };
}
