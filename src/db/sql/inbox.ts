/**
 * Stores an event and its payload; answers no row when it is known already. Written as APPLIED: whatever else becomes of
 * it corrects the row before the same transaction commits.
 */
export const insertEvent = {
  name: 'insert-webhook-event',
  text: `WITH event AS (
           INSERT INTO webhook_events (event_id, type, object_id, event_created_at, source, state, attempts, finished_at)
           VALUES ($1, $2, $3, to_timestamp($4), $5, 'APPLIED', 1, now())
           ON CONFLICT (event_id) DO NOTHING RETURNING event_id
         ), payload AS (
           INSERT INTO webhook_payloads (event_id, payload) SELECT event_id, $6::jsonb FROM event
         )
         SELECT event_id AS "eventId" FROM event`,
};

/** Corrects an event's state. $3: id whose arrival wakes a WAITING one; $4: next attempt; $5: outcome; $6: error. */
export const updateEvent = {
  name: 'update-webhook-event',
  text: `UPDATE webhook_events SET state = $2::text, waiting_for = $3, next_attempt_at = $4, outcome = $5, last_error = $6,
           finished_at = CASE WHEN $2::text IN ('APPLIED', 'IGNORED', 'DEAD') THEN now() END
         WHERE event_id = $1`,
};

/** Lets events that wait for one of these ids run now. $1: ids. */
export const wakeWaiting = {
  name: 'wake-waiting-webhook-events',
  text: `UPDATE webhook_events SET next_attempt_at = now() WHERE state = 'WAITING' AND waiting_for = ANY ($1::text[])
         RETURNING event_id AS "eventId"`,
};

/** Fails a statement instead of waiting longer for a lock; until the transaction ends. */
export const shortLockTimeout = { name: 'short-lock-timeout', text: "SET LOCAL lock_timeout = '300ms'" };
