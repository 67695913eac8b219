import { CAPTURED } from './captured';
import { SESSION_CURRENCY } from './table-sessions';

/**
 * Sessions with their sums, for staff. Amounts are minor units, without cancelled orders; what is due is summed per
 * order. `reasons` say why staff should look at a session. They are computed here because lists filter by them.
 * $1: restaurants, null for all; $2: now.
 */
const SESSIONS = `
WITH sessions AS (
  SELECT s.id AS "tableSessionId", s.restaurant_id AS "restaurantId", r.name AS "restaurantName", s.table_id AS "tableId",
    t.name AS "tableName", s.code, s.status, c.currency, greatest(s.expires_at, s.extended_until) AS "expiresAt",
    s.created_at AS "createdAt", s.created_at::text AS "createdKey", s.closed_at AS "closedAt", s.updated_at AS "updatedAt",
    s.status = 'CLOSED' OR greatest(s.expires_at, s.extended_until) <= $2::timestamptz AS "isOver",
    g.here AS "userCount", o.count AS "orderCount", o.last AS "lastOrderAt", o.total AS "totalMinor", o.paid AS "paidMinor",
    o.remaining AS "remainingMinor", greatest(s.updated_at, o.touched) AS "lastActivityAt",
    array_remove(ARRAY[
      CASE WHEN s.status = 'PAYMENT_PENDING' AND o.remaining > 0 THEN 'PAYMENT_PENDING' END,
      CASE WHEN s.status <> 'CLOSED' AND greatest(s.expires_at, s.extended_until) <= $2 AND o.remaining > 0 THEN 'PAYMENT_OVERDUE' END,
      CASE WHEN s.status <> 'CLOSED' AND s.created_at <= $2::timestamptz - interval '4 hours' THEN 'LONG_SESSION' END
    ], NULL) AS reasons
  FROM table_sessions s
  JOIN restaurants r ON r.id = s.restaurant_id
  JOIN tables t ON t.id = s.table_id
  CROSS JOIN LATERAL (SELECT ${SESSION_CURRENCY} AS currency) c
  CROSS JOIN LATERAL (SELECT count(*)::int AS here FROM guest_sessions WHERE table_session_id = s.id AND left_at IS NULL) g
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count, max(placed_at) AS last, max(touched) AS touched,
      coalesce(sum(total) FILTER (WHERE bills.currency = c.currency), 0)::bigint AS total,
      coalesce(sum(paid) FILTER (WHERE bills.currency = c.currency), 0)::bigint AS paid,
      coalesce(sum(greatest(0, total - paid)) FILTER (WHERE bills.currency = c.currency), 0)::bigint AS remaining
    FROM (
      SELECT x.placed_at, x.currency, greatest(x.updated_at, p.updated_at) AS touched,
        coalesce(p.captured_amount - p.refunded_amount, 0) AS paid,
        greatest(0, x.subtotal_amount + x.tax_amount + x.tip_amount + coalesce(p.adjusted_subtotal_amount
          + p.adjusted_tax_amount + p.adjusted_tip_amount, 0)) AS total
      FROM orders x LEFT JOIN order_payment_states p ON p.order_id = x.id
      WHERE x.table_session_id = s.id AND x.status <> 'CANCELLED'
    ) bills
  ) o
  WHERE $1::text[] IS NULL OR s.restaurant_id = ANY ($1::text[])
)`;

/**
 * Newest first. $3: statuses, $4: table, $5, $6: created from and before, $7: with or without reasons, $8, $9: least
 * and greatest bill; null for any. $10, $11: created at and id of the last row seen, null for the first page; $12: row
 * limit. `matchingCount` and `activeCount` count all pages.
 */
export const listStaffSessions = {
  name: 'list-staff-sessions',
  text: `${SESSIONS}
SELECT * FROM (SELECT *, count(*) OVER ()::int AS "matchingCount",
    count(*) FILTER (WHERE NOT "isOver") OVER ()::int AS "activeCount"
  FROM sessions
  WHERE ($3::text[] IS NULL OR status = ANY ($3::text[])) AND ($4::text IS NULL OR "tableId" = $4)
  AND ($5::timestamptz IS NULL OR "createdAt" >= $5) AND ($6::timestamptz IS NULL OR "createdAt" < $6)
  AND ($7::boolean IS NULL OR (cardinality(reasons) > 0) = $7)
  AND ($8::bigint IS NULL OR "totalMinor" >= $8) AND ($9::bigint IS NULL OR "totalMinor" <= $9)) matching
WHERE ($10::timestamptz IS NULL OR ("createdAt", "tableSessionId") < ($10, $11))
ORDER BY "createdAt" DESC, "tableSessionId" DESC LIMIT $12`,
};

/** One row of the list. $3: the session's id. */
export const readStaffSession = {
  name: 'read-staff-session',
  text: `${SESSIONS}
SELECT * FROM sessions WHERE "tableSessionId" = $3`,
};

/**
 * Figures per restaurant and currency of the sessions that began in a period. Revenue is captured less refunded, tips included. Days
 * and weeks begin by the restaurant's clock.
 * $1: restaurants, null for all; $2: now; $3, $4: created from and before, null for any.
 */
export const staffSessionFigures = {
  name: 'staff-session-figures',
  text: `
WITH sessions AS (
  SELECT s.*, c.currency, date_trunc('day', $2::timestamptz, r.time_zone) AS today, date_trunc('week', $2::timestamptz, r.time_zone) AS week,
    (SELECT count(*) FROM guest_sessions g WHERE g.table_session_id = s.id) AS party,
    coalesce((SELECT sum(p.total_amount - p.refunded_amount) FROM payments p
      WHERE p.table_session_id = s.id AND p.currency = c.currency AND p.status IN ${CAPTURED}), 0) AS revenue
  FROM table_sessions s JOIN restaurants r ON r.id = s.restaurant_id
  CROSS JOIN LATERAL (SELECT ${SESSION_CURRENCY} AS currency) c
  WHERE ($1::text[] IS NULL OR s.restaurant_id = ANY ($1::text[]))
    AND ($3::timestamptz IS NULL OR s.created_at >= $3) AND ($4::timestamptz IS NULL OR s.created_at < $4)
)
SELECT r.id AS "restaurantId", r.name AS "restaurantName", s.currency, count(*)::int AS "sessionCount",
  count(*) FILTER (WHERE s.status <> 'CLOSED' AND greatest(s.expires_at, s.extended_until) > $2)::int AS "activeCount",
  count(*) FILTER (WHERE s.closed_at IS NOT NULL)::int AS "closedCount",
  coalesce(sum(extract(epoch FROM s.closed_at - s.created_at) / 60) FILTER (WHERE s.closed_at IS NOT NULL), 0)::bigint AS "closedMinutes",
  count(*) FILTER (WHERE s.created_at >= s.today)::int AS "todayCount",
  count(*) FILTER (WHERE s.created_at >= s.week)::int AS "weekCount",
  sum(s.party)::int AS "guestCount", sum(s.revenue)::bigint AS "revenueMinor"
FROM sessions s JOIN restaurants r ON r.id = s.restaurant_id
GROUP BY r.id, r.name, s.currency ORDER BY sum(s.revenue) DESC, r.id, s.currency`,
};
