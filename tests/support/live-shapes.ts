import type { Pool } from 'pg';
import { expect } from 'vitest';
import { liveEvent } from '@/services/live/events';

/** Asserts that every live event of the database has a shape of the union, and the columns that its payload says. */
export async function assertLiveEventsTyped(pool: Pool): Promise<void> {
  const { rows } = await pool.query(
    `SELECT event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload FROM outbox_events ORDER BY position`,
  );
  const wrong = rows.flatMap(({ payload, ...columns }): unknown[] => {
    // Rows that a test wrote by hand to fill the stream.
    if ('padding' in payload) return [];
    const parsed = liveEvent.safeParse(payload);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      return [{ type: columns.type, problems }];
    }
    const { eventId, type, restaurantId, orderId, tableSessionId, paymentId } = parsed.data;
    const told = [eventId, type, restaurantId, orderId, tableSessionId, paymentId];
    const same = Object.values(columns).every((value, index) => value === told[index]);
    return same ? [] : [{ type: columns.type, columns, told }];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
}
