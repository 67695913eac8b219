import { handBackSplits, takeCancellingSplits } from '@/db/sql/splits';
import type { Deps } from '../context';
import { finishCancelling } from '../splits/finish-cancelling';
import { systemContext } from '../system-context';
import { inTurn } from './in-turn';

/**
 * Goes on with groups whose cancelling did not come to its end: a crash, an unanswered call, a share that is being processed.
 * @param options.afterSec pause between two looks at the same group
 * @returns how many were taken
 */
export async function finishSplits(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal },
): Promise<number> {
  const ctx = systemContext(deps, 'janitor');
  const groups = await ctx.db.query<{ id: string }>(takeCancellingSplits, [limit, afterSec]);
  await inTurn(groups, {
    signal,
    work: ({ id }) => finishCancelling(ctx, id),
    onError: ({ id }, error) =>
      ctx.log.warn({ groupId: id, error: String(error) }, 'cancelled split still unfinished'),
    handBack: (rest) => ctx.db.query(handBackSplits, [rest.map(({ id }) => id)]),
  });
  return groups.length;
}
