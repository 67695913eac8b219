/** Live events of facts that are not steps of one payment; those write theirs with the step (record-payment-change.ts). */
export const insertOutboxEvents = {
  name: 'insert-outbox-events',
  text: `
INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::jsonb[])`,
};

/**
 * Events after ($1, $2), as many as $3, in the order that never changes: only transactions below the oldest running one are
 * read, so none can still appear in between (docs/adr/0009, 0027). Answers one row without an event when there is none.
 */
const readAfter = (condition: string) => `
SELECT b.xmin AS "boundXid", h.xid AS "horizonXid", h.position AS "horizonSequence", e.*
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin) b
CROSS JOIN outbox_horizon h
LEFT JOIN LATERAL (
  SELECT o.xid, o.position AS sequence, o.event_id AS "eventId", o.type, o.restaurant_id AS "restaurantId", o.order_id AS "orderId",
    o.table_session_id AS "tableSessionId", o.payment_id AS "paymentId", o.payload::text AS json
  FROM outbox_events o
  WHERE (o.xid, o.position) > ($1::bigint, $2::bigint) AND o.xid < b.xmin ${condition}
  ORDER BY o.xid, o.position LIMIT $3
) e ON TRUE`;

export const readOutbox = { name: 'read-outbox', text: readAfter('') };

/** The same, of one restaurant ($4). */
export const readOutboxOfRestaurant = {
  name: 'read-outbox-of-restaurant',
  text: readAfter('AND o.restaurant_id = $4'),
};

/** Where a reader starts that wants nothing but what comes. */
export const readOutboxBound = {
  name: 'read-outbox-bound',
  text: 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "boundXid"',
};

/** For how long the oldest committed event after ($1, $2) has been waiting for an older transaction, and whose that is. */
export const readHeldEvents = {
  name: 'read-held-events',
  text: `
SELECT (extract(epoch FROM clock_timestamp() - o.created_at) * 1000)::bigint AS "heldMs", a.pid AS "holderPid",
  a.application_name AS "holderName"
FROM (SELECT created_at FROM outbox_events WHERE (xid, position) > ($1::bigint, $2::bigint) ORDER BY xid, position LIMIT 1) o
LEFT JOIN LATERAL (
  SELECT pid, application_name FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
  ORDER BY age(backend_xid) DESC LIMIT 1
) a ON TRUE`,
};

/**
 * Deletes up to $2 of the oldest events, as long as they were written before $1, and notes up to where. A younger one in
 * between ends it, so that nothing behind the horizon is left out. Answers how many.
 */
export const pruneOutbox = {
  name: 'prune-outbox',
  text: `
WITH oldest AS (
  SELECT xid, position, created_at FROM outbox_events
  WHERE xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY xid, position LIMIT $2
), first_young AS (
  SELECT xid, position FROM oldest WHERE created_at >= $1 ORDER BY xid, position LIMIT 1
), going AS (
  SELECT xid, position FROM oldest
  WHERE NOT EXISTS (SELECT 1 FROM first_young) OR (xid, position) < (SELECT xid, position FROM first_young)
), gone AS (
  DELETE FROM outbox_events o USING going g WHERE o.position = g.position RETURNING o.position
), noted AS (
  UPDATE outbox_horizon SET xid = last.xid, position = last.position
  FROM (SELECT xid, position FROM going ORDER BY xid DESC, position DESC LIMIT 1) last
  WHERE (outbox_horizon.xid, outbox_horizon.position) < (last.xid, last.position)
)
SELECT count(*) AS deleted FROM gone`,
};

/**
 * Restaurants that may be told now that their figures have moved up to ($2, $3): not told that much yet, and not within half
 * a second. $1: restaurants.
 */
export const claimAnnouncements = {
  name: 'claim-analytics-announcements',
  text: `
INSERT INTO analytics_announcements AS a (restaurant_id, through_xid, through_position)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
ON CONFLICT (restaurant_id) DO UPDATE SET through_xid = excluded.through_xid, through_position = excluded.through_position,
  announced_at = clock_timestamp()
WHERE a.announced_at <= clock_timestamp() - interval '500 milliseconds'
  AND (a.through_xid, a.through_position) < (excluded.through_xid, excluded.through_position)
RETURNING restaurant_id AS "restaurantId"`,
};

/** Up to where restaurants were told. $1: restaurants. */
export const readAnnouncements = {
  name: 'read-analytics-announcements',
  text: `SELECT restaurant_id AS "restaurantId", through_xid AS xid, through_position AS sequence
         FROM analytics_announcements WHERE restaurant_id = ANY ($1::text[])`,
};
