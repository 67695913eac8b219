import { insertAudit } from '@/db/sql/audit';
import { insertRun } from '@/db/sql/reconciliation';
import { readRestaurantRules } from '@/db/sql/restaurants';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { RestaurantRules } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { queueIncremental } from './plan-incremental';
import { readRun } from './read-runs';
import { type RunView, type StartRunInput, startRunInput } from './schemas';

/**
 * Queues a run for the worker. With days: over these business days, of one restaurant or, for admins, of everything.
 * Without days: over what changed at a restaurant since its last incremental run.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, RUN_IN_PROGRESS, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function startRun(ctx: ServiceContext, raw: StartRunInput): Promise<RunView> {
  const { idempotencyKey, ...input } = parseInput(startRunInput, raw);
  const restaurantId = input.restaurantId ?? null;
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.run');
  authorize(ctx.actor, 'reconciliation.run', { restaurantId }, 'Restaurant');
  const at = restaurantId && (await ctx.db.maybeOne<RestaurantRules>(readRestaurantRules, [restaurantId]));
  if (restaurantId !== null && !at) throw notVisible('Restaurant');
  const operation = operationKey(ctx.actor, 'reconciliation.start', idempotencyKey, input);
  const who = actorLabel(ctx.actor);
  const { fromDay, toDay } = input;
  const { ids } = await ctx.db.transaction((tx) =>
    once(tx, operation, async () => {
      const by = { now: ctx.clock.now(), requestedBy: who };
      const runId =
        at && fromDay === undefined ? await queueIncremental(tx, at, by) : await queuePeriod(tx, input, by);
      if (runId === null)
        throw new ServiceError('RUN_IN_PROGRESS', 'Such a run is under way. Wait for it to finish.');
      await tx.query(insertAudit, [
        newId(),
        who,
        'reconciliation.started',
        'reconciliation_run',
        runId,
        restaurantId,
        JSON.stringify(fromDay === undefined ? { changes: true } : { fromDay, toDay }),
        ctx.request.id,
      ]);
      return { runId };
    }),
  );
  return readRun(ctx, ids.runId);
}

/** Null: a run over these days is in progress. */
async function queuePeriod(
  tx: Tx,
  { restaurantId, fromDay, toDay }: Pick<StartRunInput, 'restaurantId' | 'fromDay' | 'toDay'>,
  { now, requestedBy }: { now: Date; requestedBy: string },
): Promise<string | null> {
  const scope = restaurantId === undefined ? 'ALL' : 'RESTAURANT';
  const values = [newId(), scope, restaurantId ?? null, 'ON_DEMAND', fromDay, toDay, now, requestedBy];
  const row = await tx.maybeOne<{ id: string }>(insertRun, values);
  return row?.id ?? null;
}
