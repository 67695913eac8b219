import { readNow } from '@/db/sql/clock';
import type { Deps } from './context';

/** The same with a clock that shows the database's time: for decisions that must not depend on which node takes them. */
export async function atDatabaseTime<D extends Pick<Deps, 'db' | 'clock'>>(deps: D): Promise<D> {
  const { db, clock } = deps;
  const { now } = await db.one<{ now: Date }>(readNow, []);
  const behindMs = now.getTime() - clock.now().getTime();
  return { ...deps, clock: { now: () => new Date(clock.now().getTime() + behindMs) } };
}
