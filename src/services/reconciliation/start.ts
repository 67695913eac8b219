import { insertAudit } from '@/db/sql/audit';
import { insertRun } from '@/db/sql/reconciliation';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { readRun } from './read-runs';
import { type RunView, type StartRunInput, startRunInput } from './schemas';

/**
 * Queues a run over business days, of one restaurant or, for admins, of everything; the worker does it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, RUN_IN_PROGRESS, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function startRun(ctx: ServiceContext, raw: StartRunInput): Promise<RunView> {
  const { idempotencyKey, ...input } = parseInput(startRunInput, raw);
  const restaurantId = input.restaurantId ?? null;
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.run');
  authorize(ctx.actor, 'reconciliation.run', { restaurantId }, 'Restaurant');
  if (restaurantId !== null && (await ctx.prisma.restaurant.count({ where: { id: restaurantId } })) === 0)
    throw notVisible('Restaurant');
  const operation = operationKey(ctx.actor, 'reconciliation.start', idempotencyKey, input);
  const { ids } = await ctx.db.transaction((tx) =>
    once(tx, operation, async () => {
      const runId = newId();
      const scope = restaurantId === null ? 'ALL' : 'RESTAURANT';
      const who = actorLabel(ctx.actor);
      const values = [
        runId,
        scope,
        restaurantId,
        'ON_DEMAND',
        input.fromDay,
        input.toDay,
        ctx.clock.now(),
        who,
      ];
      if ((await tx.maybeOne(insertRun, values)) === null)
        throw new ServiceError(
          'RUN_IN_PROGRESS',
          'A run over these days is under way. Wait for it to finish.',
        );
      await tx.query(insertAudit, [
        newId(),
        who,
        'reconciliation.started',
        'reconciliation_run',
        runId,
        restaurantId,
        JSON.stringify({ fromDay: input.fromDay, toDay: input.toDay }),
        ctx.request.id,
      ]);
      return { runId };
    }),
  );
  return readRun(ctx, ids.runId);
}
