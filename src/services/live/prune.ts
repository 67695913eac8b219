import { pruneOutbox } from '@/db/sql/outbox';
import type { Deps } from '../context';

/** So few at a time that nobody waits for it: a chunk takes far less than 200 ms (decision 28). */
const CHUNK = 1_000;
const DAY_MS = 86_400_000;

/** Deletes live events older than their retention, oldest first, a transaction per chunk. @returns how many */
export async function pruneLiveEvents(
  deps: Pick<Deps, 'db' | 'clock'>,
  { keepDays, signal }: { keepDays: number; signal?: AbortSignal | undefined },
): Promise<number> {
  const before = new Date(deps.clock.now().getTime() - keepDays * DAY_MS);
  let total = 0;
  while (!signal?.aborted) {
    const { deleted } = await deps.db.one<{ deleted: number }>(pruneOutbox, [before, CHUNK]);
    total += deleted;
    if (deleted < CHUNK) break;
  }
  return total;
}
