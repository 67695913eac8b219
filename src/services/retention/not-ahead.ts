import { readNowSec } from '@/db/sql/clock';
import type { Deps } from '../context';

/** The same with the clock stopped at now, and never ahead of the database's: what a wrong clock deletes, or ends, is so for good. */
export async function notAhead<D extends Pick<Deps, 'db' | 'clock'>>(deps: D): Promise<D> {
  const { nowSec } = await deps.db.one<{ nowSec: number }>(readNowSec, []);
  const now = new Date(Math.min(deps.clock.now().getTime(), nowSec * 1000));
  return { ...deps, clock: { now: () => now } };
}
