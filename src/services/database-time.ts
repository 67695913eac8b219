import { readNow } from '@/db/sql/clock';
import type { Deps } from './context';

/*
 * A node's clock is set by the database's once a minute (server/shared-clock.ts). What would stay wrong for good when it jumps in
 * between asks anew.
 */

/** The same with a clock that shows the database's time: for decisions that must not depend on which node takes them. */
export async function atDatabaseTime<D extends Pick<Deps, 'db' | 'clock'>>(deps: D): Promise<D> {
  const { db, clock } = deps;
  const { now } = await db.one<{ now: Date }>(readNow, []);
  const behindMs = now.getTime() - clock.now().getTime();
  return { ...deps, clock: { now: () => new Date(clock.now().getTime() + behindMs) } };
}

/** The same with the clock stopped at now, and never ahead of the database's: what a wrong clock deletes, or ends, is so for good. */
export async function notAhead<D extends Pick<Deps, 'db' | 'clock'>>(deps: D): Promise<D> {
  const { now } = await deps.db.one<{ now: Date }>(readNow, []);
  const stopped = new Date(Math.min(deps.clock.now().getTime(), now.getTime()));
  return { ...deps, clock: { now: () => stopped } };
}
