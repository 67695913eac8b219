import type { Db } from '@/db/db';
import { replacePlatformCells } from '@/db/sql/metric-checks';
import { awaitMetrics, forgetClocks } from '@/db/sql/metric-updates';
import { updateMetrics } from './update';

const PAUSE_MS = 200;

/**
 * Counts every business day of every restaurant anew, a few at a time: figures stay readable, each day's are the old ones
 * until they are the new ones. A rebuild that is torn apart goes on with the next update.
 */
export async function rebuildMetrics(deps: { db: Db }): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await tx.query(awaitMetrics, []);
    await tx.query(forgetClocks, []);
    await tx.query(replacePlatformCells, []);
  });
  while (!(await updateMetrics(deps))) {
    // Another node is at it, for all of us.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
