import { handBackSplitChanges, takePendingSplitChanges } from '@/db/sql/splits';
import type { SplitState } from '@/domain/split';
import type { Deps, ServiceContext } from '../context';
import type { PendingChange } from '../splits/plan-share-changes';
import { endChange, takeSteps } from '../splits/take-steps';
import { systemContext } from '../system-context';
import { inTurn } from './in-turn';

/**
 * Goes on with changes of shares that did not come to their end: a crash between two of them, or an unanswered call. Until then
 * a part of the bill may belong to nobody.
 * @param options.afterSec how long nobody must have been at it: longer than any running call can last
 * @returns how many were taken
 */
export async function finishShareChanges(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal },
): Promise<number> {
  const ctx = systemContext(deps, 'janitor');
  const groups = await ctx.db.query<Unfinished>(takePendingSplitChanges, [limit, afterSec]);
  await inTurn(groups, {
    signal,
    work: (group) => finish(ctx, group),
    onError: ({ id }, error) =>
      ctx.log.warn({ groupId: id, error: String(error) }, 'change of shares still unfinished, or put back'),
    handBack: (rest) => ctx.db.query(handBackSplitChanges, [rest.map(({ id }) => id)]),
  });
  return groups.length;
}

type Unfinished = { id: string; state: SplitState; pendingChange: PendingChange };

async function finish(ctx: ServiceContext, { id, state, pendingChange }: Unfinished): Promise<void> {
  // Called off: its shares end anyway.
  if (state === 'CANCELLING' || state === 'CANCELLED') await endChange(ctx, id, pendingChange);
  else await takeSteps(ctx, id, { ...pendingChange, isFirst: false });
  ctx.wake('outbox');
}
