/**
 * Stores events and their payloads; answers those that were not known. Written as APPLIED: whatever else becomes of one
 * corrects its row before the same transaction commits. One that is applied at once counts as finished here: another write
 * for the few milliseconds that follow would cost more than they do. In the order of their ids, so that two nodes which get the same
 * ones wait for each other and not in a circle. No id may come twice. $1: list of events.
 */
export const insertEvents = {
  name: 'insert-webhook-events',
  takesLists: true as const,
  text: `WITH given AS MATERIALIZED (
           SELECT * FROM json_to_recordset($1::json)
             AS e (event_id text, type text, object_id text, created double precision, source text, payload jsonb)
         ), event AS (
           INSERT INTO webhook_events (event_id, type, object_id, event_created_at, source, state, attempts, finished_at)
           SELECT event_id, type, object_id, to_timestamp(created), source, 'APPLIED', 1, clock_timestamp() FROM given ORDER BY event_id
           ON CONFLICT (event_id) DO NOTHING RETURNING event_id
         ), payload AS (
           INSERT INTO webhook_payloads (event_id, payload) SELECT event_id, payload FROM given JOIN event USING (event_id)
         )
         SELECT event_id AS "eventId" FROM event`,
};

/**
 * Corrects events' states. $1: list; waiting_for: id whose arrival wakes a WAITING one; pause_ms: until it is tried again, on
 * the clock that all nodes share.
 */
export const updateEvents = {
  name: 'update-webhook-events',
  takesLists: true as const,
  text: `UPDATE webhook_events e SET state = n.state, waiting_for = n.waiting_for, next_attempt_at = now() + n.pause_ms * interval '1 ms',
           outcome = n.outcome, last_error = n.last_error,
           finished_at = CASE WHEN n.state IN ('APPLIED', 'IGNORED', 'DEAD') THEN clock_timestamp() END
         FROM (SELECT * FROM json_to_recordset($1::json)
             AS l (event_id text, state text, waiting_for text, pause_ms double precision, outcome text, last_error text)
           LIMIT (SELECT json_array_length($1::json))) AS n
         WHERE e.event_id = n.event_id`,
};

/** Lets events that wait for one of these ids run now. $1: ids. */
export const wakeWaiting = {
  name: 'wake-waiting-webhook-events',
  text: `UPDATE webhook_events SET next_attempt_at = now() WHERE state = 'WAITING' AND waiting_for = ANY ($1::text[])
         RETURNING event_id AS "eventId"`,
};

/** Fails a statement instead of waiting longer for a lock; until the transaction ends. */
export const shortLockTimeout = { name: 'short-lock-timeout', text: "SET LOCAL lock_timeout = '300ms'" };
