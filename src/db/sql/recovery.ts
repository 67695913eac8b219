import { CALL_LEASE_SEC } from './call-lease';
import { OPEN } from './open';

/**
 * Work lists of the recovery. Each statement takes what is due and marks it as looked at, skipping what another node
 * has just taken, so that all of them are safe to run on every node at once. Database time: leases span nodes.
 */

/**
 * Payments whose call to the processor ended unknown or was abandoned: creations, and changes of tip or share. Changes
 * count for open payments only: a closed one pays neither amount. Those never looked at come first, so that no other
 * waits behind them. A PENDING creation belongs to its call until the lease is over (call-lease.ts): nobody could take
 * it before. $1: limit, $2: age in seconds.
 */
export const takeUnfinishedCalls = {
  name: 'take-unfinished-calls',
  text: `UPDATE payments SET checked_at = now() WHERE id IN (
           SELECT id FROM payments
           WHERE (creation_state = 'PENDING' AND creation_started_at < now() - make_interval(secs => greatest($2, ${CALL_LEASE_SEC}))
               OR creation_state = 'UNKNOWN' AND creation_started_at < now() - make_interval(secs => $2)
               OR (pending_tip_amount IS NOT NULL OR pending_share IS NOT NULL)
                 AND change_started_at < now() - make_interval(secs => $2)
                 AND status IN ${OPEN})
             AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2))
           ORDER BY checked_at NULLS FIRST, created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, creation_state AS "creationState"`,
};

/** Open payments whose time is over. $1: limit, $2: now, $3: seconds between two looks at the same one. */
export const takeExpiredPayments = {
  name: 'take-expired-payments',
  text: `UPDATE payments SET checked_at = now() WHERE id IN (
           SELECT id FROM payments
           WHERE status IN ${OPEN} AND expires_at <= $2
             AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $3))
           ORDER BY checked_at NULLS FIRST, expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, status`,
};

/** Lets the expiry of any node end an open payment now. $1: payment id. */
export const endPaymentTime = {
  name: 'end-payment-time',
  text: 'UPDATE payments SET expires_at = least(expires_at, now()) WHERE id = $1',
};

/** Gives taken payments back that this node did not get to: the next to look takes them at once. $1: payment ids. */
export const handBackPayments = {
  name: 'hand-back-payments',
  text: 'UPDATE payments SET checked_at = NULL WHERE id = ANY ($1::uuid[])',
};

/**
 * Events whose next try is further away than any pause lasts, left so by a clock that was wrong: due now. $1: the
 * longest pause in milliseconds.
 */
export const takeBackLatePauses = {
  name: 'take-back-late-webhook-pauses',
  text: `UPDATE webhook_events SET next_attempt_at = now() WHERE event_id IN (
           SELECT event_id FROM webhook_events
           WHERE state IN ('RETRY', 'WAITING') AND next_attempt_at > now() + $1 * interval '1 ms'
           FOR UPDATE SKIP LOCKED)`,
};

/** Due events of the inbox, locked until the transaction ends. `ageMs`: since it was received. $1: at most so many. */
export const takeDueEvents = {
  name: 'take-due-webhook-events',
  text: `SELECT e.event_id AS "eventId", e.type, e.state, e.attempts,
           extract(epoch FROM now() - e.received_at)::float8 * 1000 AS "ageMs", p.payload::text AS payload
         FROM webhook_events e LEFT JOIN webhook_payloads p ON p.event_id = e.event_id
         WHERE e.state IN ('RETRY', 'WAITING') AND e.next_attempt_at <= now()
         ORDER BY e.next_attempt_at LIMIT $1 FOR UPDATE OF e SKIP LOCKED`,
};

/** The same for one event, whatever its state. $1: event id. */
export const takeEvent = {
  name: 'take-webhook-event',
  text: `SELECT e.event_id AS "eventId", e.type, e.state, e.attempts,
           extract(epoch FROM now() - e.received_at)::float8 * 1000 AS "ageMs", p.payload::text AS payload
         FROM webhook_events e LEFT JOIN webhook_payloads p ON p.event_id = e.event_id
         WHERE e.event_id = $1 FOR UPDATE OF e`,
};

/** Makes events due now, dead ones too; an applied one stays. $1: event ids. Answers those that there are. */
export const makeEventsDue = {
  name: 'make-webhook-events-due',
  text: `WITH asked AS (
           SELECT event_id, state FROM webhook_events WHERE event_id = ANY ($1::text[]) ORDER BY event_id FOR UPDATE
         ), due AS (
           UPDATE webhook_events e SET state = 'RETRY', next_attempt_at = now(), finished_at = NULL
           FROM asked WHERE e.event_id = asked.event_id AND asked.state <> 'APPLIED'
         )
         SELECT event_id AS "eventId", state FROM asked`,
};

/** $1: event ids. */
export const eventStates = {
  name: 'webhook-event-states',
  text: 'SELECT event_id AS "eventId", state FROM webhook_events WHERE event_id = ANY ($1::text[])',
};

export const countAttempt = {
  name: 'count-webhook-attempt',
  text: 'UPDATE webhook_events SET attempts = attempts + $2 WHERE event_id = $1',
};

/** Which of these events are in the inbox. $1: event ids. */
export const knownEvents = {
  name: 'known-webhook-events',
  text: 'SELECT event_id AS "eventId" FROM webhook_events WHERE event_id = ANY ($1::text[])',
};

export const readCursor = {
  name: 'read-processor-cursor',
  text: 'SELECT position FROM processor_cursors WHERE name = $1',
};

/**
 * Where a reader begins; the first time it is kept before anything is read, so that an outage from the start skips
 * nothing. Database time: one in the future, left by a wrong clock, becomes now. Positions are Unix seconds. $1: name.
 */
export const beginAtCursor = {
  name: 'begin-at-processor-cursor',
  text: `INSERT INTO processor_cursors AS c (name, position)
         VALUES ($1, floor(extract(epoch FROM now()))::bigint::text)
         ON CONFLICT (name) DO UPDATE SET
           position = least(c.position::bigint, floor(extract(epoch FROM now()))::bigint)::text
         RETURNING position::float8 AS "positionSec", floor(extract(epoch FROM now()))::float8 AS "nowSec"`,
};

/** Moves to what beginAtCursor called now. Never moves back. */
export const moveCursor = {
  name: 'move-processor-cursor',
  text: `INSERT INTO processor_cursors AS c (name, position) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, updated_at = now()
         WHERE c.position::bigint < excluded.position::bigint`,
};

/** Beside the sweep's position: how many events it has found. Kept, so that any process tells it of a sweep that another made. */
const SWEPT = 'swept-events';

/** $1: how many more. */
export const addSweptEvents = {
  name: 'add-swept-events',
  text: `INSERT INTO processor_cursors AS c (name, position) VALUES ('${SWEPT}', $1::bigint::text)
         ON CONFLICT (name) DO UPDATE SET
           position = (c.position::bigint + excluded.position::bigint)::text, updated_at = now()`,
};

export const readSweptEvents = {
  name: 'read-swept-events',
  text: `SELECT coalesce(max(position::bigint), 0) AS "sweptEvents" FROM processor_cursors WHERE name = '${SWEPT}'`,
};
