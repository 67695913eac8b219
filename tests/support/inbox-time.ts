import type { Pool } from 'pg';

/** Lets so much time pass for the events of the inbox: their pauses and ages are counted on the database's clock. */
export async function passInboxTime(pool: Pick<Pool, 'query'>, ms: number): Promise<void> {
  await pool.query(
    `UPDATE webhook_events SET next_attempt_at = next_attempt_at - $1 * interval '1 ms',
       received_at = received_at - $1 * interval '1 ms'
     WHERE state IN ('RETRY', 'WAITING')`,
    [ms],
  );
}
