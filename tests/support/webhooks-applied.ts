import { retryEvents } from '@/services/inbox/retry';
import type { TestApp } from './app';
import { waitFor } from './wait-for';

/**
 * Until all webhooks are delivered and none is left to be tried again. One that met a lock for more than 300 ms is the
 * worker's, and a test app has no worker unless it is asked for.
 */
export async function webhooksApplied(app: TestApp): Promise<void> {
  await app.simulator.control.waitForDeliveries();
  const { pool } = app.database;
  await waitFor('every event is applied', async () => {
    await pool.query("UPDATE webhook_events SET next_attempt_at = now() WHERE state = 'RETRY'");
    await retryEvents(app.server.app.deps);
    const { rows } = await pool.query(
      "SELECT count(*)::int AS left FROM webhook_events WHERE state = 'RETRY'",
    );
    return rows[0].left === 0;
  });
}
