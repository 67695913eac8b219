import { readDueErasures } from '@/db/sql/privacy';
import type { Deps } from '../context';
import { inTurn } from '../recovery/in-turn';
import { systemContext } from '../system-context';
import { applyErasure, type Erasure } from './apply-erasure';

const AGAIN_MS = 3_600_000;
const AT_ONCE = 20;

/**
 * Finishes erasures that broke off, and goes through the others hourly for a while: events about a forgotten person still come
 * in, such as that their card was detached. @param options.forMs for how long @returns how many
 */
export async function repeatErasures(
  deps: Deps,
  { forMs, signal }: { forMs: number; signal?: AbortSignal | undefined },
): Promise<number> {
  const ctx = systemContext(deps, 'privacy');
  const nowMs = deps.clock.now().getTime();
  const due = await ctx.db.query<Erasure>(readDueErasures, [
    new Date(nowMs - forMs),
    new Date(nowMs - AGAIN_MS),
    AT_ONCE,
  ]);
  await inTurn(due, {
    signal,
    work: (erasure) => applyErasure(ctx, erasure),
    onError: ({ subjectType }, error) =>
      ctx.log.warn({ subjectType, error: String(error) }, 'an erasure is not finished yet'),
    // Nothing was taken: they are due until they are done.
    handBack: async () => undefined,
  });
  return due.length;
}
