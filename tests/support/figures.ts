import type { Pool } from 'pg';
import { createDb } from '@/db/db';
import { readOutboxBound } from '@/db/sql/outbox';
import { updateMetrics } from '@/services/analytics/update';
import { waitFor } from './wait-for';

/**
 * Brings the figures up to date with all that is committed. Facts are counted once no older transaction runs, and those of test
 * files beside this one count: they share the cluster.
 */
export async function countFigures(pool: Pool): Promise<void> {
  const db = createDb(pool);
  const { rows } = await pool.query('SELECT coalesce(max(xid), 0) AS xid FROM outbox_events');
  await waitFor('no older transaction runs', async () => {
    const { boundXid } = await db.one<{ boundXid: number }>(readOutboxBound, []);
    return boundXid > rows[0].xid;
  });
  await waitFor('figures are counted', () => updateMetrics({ db }));
}
