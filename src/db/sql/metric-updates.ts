import { businessDayIn, eachColumn, FRESH, METRIC_COLUMNS } from './metric-facts';

/** One node at a time keeps the figures. No row lock: that would give the transaction a place among those that hold live events back. */
export const claimMetrics = {
  name: 'claim-metrics',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('tabsy metrics', 0)) AS "isMine"`,
};

/** The same claim, for who can wait for it. */
export const awaitMetrics = {
  name: 'await-metrics',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('tabsy metrics', 0))`,
};

export const readMetricCursor = {
  name: 'read-metric-cursor',
  text: 'SELECT xid, position AS sequence, counted_at AS "countedAt" FROM metric_cursor',
};

/** $1, $2: up to which event days are marked. */
export const moveMetricCursor = {
  name: 'move-metric-cursor',
  text: 'UPDATE metric_cursor SET xid = $1, position = $2',
};

/** A payment changed in a way that counts, and no live event says so. $1: payment. */
export const markPayment = {
  name: 'mark-payment-for-metrics',
  text: 'INSERT INTO metric_marks (payment_id) VALUES ($1)',
};

/** Takes up to $1 marks. What is marked from now on is told again. */
export const takeMarks = {
  name: 'take-metric-marks',
  text: `DELETE FROM metric_marks WHERE id IN (SELECT id FROM metric_marks ORDER BY id LIMIT $1)
         RETURNING payment_id AS "paymentId"`,
};

/**
 * Marks the days on which payments ($1) and those of orders ($2) count: where they were started, captured, and gave money back;
 * and where the first payment of the same orders was started, as a bill is paid by its last. By the noted clocks; a restaurant
 * that has none yet stays due until it has one.
 */
export const markDays = {
  name: 'mark-metric-days',
  text: `
WITH touched AS (
  SELECT unnest($1::uuid[]) AS id UNION SELECT payment_id FROM payment_allocations WHERE order_id = ANY ((SELECT $2::text[])::text[])
), related AS (
  SELECT id FROM touched
  UNION
  SELECT other.payment_id FROM touched t JOIN payment_allocations own ON own.payment_id = t.id
  JOIN payment_allocations other ON other.order_id = own.order_id
)
INSERT INTO metric_dirty_days (restaurant_id, business_day)
SELECT p.restaurant_id, ${businessDayIn('p.created_at')}
FROM related t JOIN payments p ON p.id = t.id JOIN LATERAL (
  SELECT coalesce(c.time_zone, x.time_zone) AS time_zone, coalesce(c.closing_hour, x.closing_hour) AS closing_hour
  FROM restaurants x LEFT JOIN metric_clocks c ON c.restaurant_id = x.id WHERE x.id = p.restaurant_id) r ON TRUE
UNION
SELECT p.restaurant_id, p.business_day FROM touched t JOIN payments p ON p.id = t.id WHERE p.business_day IS NOT NULL
UNION
SELECT l.restaurant_id, l.business_day FROM touched t JOIN ledger_transactions l ON l.payment_id = t.id WHERE l.restaurant_id IS NOT NULL
ON CONFLICT DO NOTHING`,
};

/**
 * Every day of a restaurant's facts, and every day that has figures. $1: restaurants.
 */
const DAYS_OF = `
SELECT DISTINCT p.restaurant_id, ${businessDayIn('p.created_at')} AS business_day
FROM payments p JOIN restaurants r ON r.id = p.restaurant_id WHERE p.restaurant_id = ANY ($1::text[])
UNION SELECT restaurant_id, business_day FROM payments WHERE restaurant_id = ANY ($1::text[]) AND business_day IS NOT NULL
UNION SELECT restaurant_id, business_day FROM ledger_transactions WHERE restaurant_id = ANY ($1::text[])
UNION SELECT restaurant_id, business_day FROM metric_hours WHERE restaurant_id = ANY ($1::text[])`;

/** Restaurants whose days are counted on another clock than theirs, or on none yet: up to $1. */
export const findChangedClocks = {
  name: 'find-changed-metric-clocks',
  text: `SELECT r.id FROM restaurants r LEFT JOIN metric_clocks c ON c.restaurant_id = r.id
         WHERE (c.time_zone, c.closing_hour) IS DISTINCT FROM (r.time_zone, r.closing_hour) LIMIT $1`,
};

/** Marks all days of restaurants ($1) and notes their clocks. */
export const markRestaurants = {
  name: 'mark-restaurants-for-metrics',
  text: `
WITH noted AS (
  INSERT INTO metric_clocks (restaurant_id, time_zone, closing_hour)
  SELECT id, time_zone, closing_hour FROM restaurants WHERE id = ANY ($1::text[])
  ON CONFLICT (restaurant_id) DO UPDATE SET time_zone = excluded.time_zone, closing_hour = excluded.closing_hour
)
INSERT INTO metric_dirty_days (restaurant_id, business_day) ${DAYS_OF} ON CONFLICT DO NOTHING`,
};

/** All days of all restaurants become due: their clocks are forgotten. */
export const forgetClocks = { name: 'forget-metric-clocks', text: 'DELETE FROM metric_clocks' };

/** Days that are due on a noted clock, newest first. $1: how many. */
export const readDirtyDays = {
  name: 'read-dirty-metric-days',
  text: `SELECT restaurant_id AS "restaurantId", business_day::text AS "businessDay" FROM metric_dirty_days
         WHERE restaurant_id IN (SELECT restaurant_id FROM metric_clocks)
         ORDER BY business_day DESC, restaurant_id LIMIT $1`,
};

/** Which of the restaurants ($1) have days that are due. */
export const readDirtyRestaurants = {
  name: 'read-dirty-metric-restaurants',
  text: 'SELECT DISTINCT restaurant_id AS "restaurantId" FROM metric_dirty_days WHERE restaurant_id = ANY ($1::text[])',
};

const KEY = ['restaurant_id', 'business_day', 'currency', 'hour', 'method'] as const;
const PLATFORM_KEY = KEY.slice(1);

/**
 * Counts days anew ($1: restaurants, $2: their days), replaces their cells, and moves the platform's by the difference. What
 * is the same stays untouched. Whoever reads meanwhile sees the old figures or the new ones.
 */
export const countDays = {
  name: 'count-metric-days',
  text: `
WITH ${FRESH}, old AS MATERIALIZED (
  SELECT h.* FROM metric_hours h JOIN days d ON d.restaurant_id = h.restaurant_id AND d.business_day = h.business_day
), gone AS (
  DELETE FROM metric_hours h USING old o
  WHERE ${KEY.map((column) => `h.${column} = o.${column}`).join(' AND ')}
    AND NOT EXISTS (SELECT 1 FROM fresh f WHERE ${KEY.map((column) => `f.${column} = o.${column}`).join(' AND ')})
), written AS (
  INSERT INTO metric_hours AS h (${KEY.join(', ')}, ${METRIC_COLUMNS.join(', ')})
  SELECT ${KEY.join(', ')}, ${METRIC_COLUMNS.join(', ')} FROM fresh
  ON CONFLICT (${KEY.join(', ')}) DO UPDATE SET ${eachColumn((column) => `${column} = excluded.${column}`)}
  WHERE (${eachColumn((column) => `h.${column}`)}) IS DISTINCT FROM (${eachColumn((column) => `excluded.${column}`)})
), difference AS (
  SELECT ${PLATFORM_KEY.join(', ')}, ${eachColumn((column) => `sum(${column})::bigint AS ${column}`)}
  FROM (
    SELECT ${PLATFORM_KEY.join(', ')}, ${METRIC_COLUMNS.join(', ')} FROM fresh
    UNION ALL SELECT ${PLATFORM_KEY.join(', ')}, ${eachColumn((column) => `-${column}`)} FROM old
  ) both_sides
  GROUP BY ${PLATFORM_KEY.join(', ')} HAVING ${METRIC_COLUMNS.map((column) => `sum(${column}) <> 0`).join(' OR ')}
), platform AS (
  INSERT INTO platform_metric_hours AS h (${PLATFORM_KEY.join(', ')}, ${METRIC_COLUMNS.join(', ')})
  SELECT ${PLATFORM_KEY.join(', ')}, ${METRIC_COLUMNS.join(', ')} FROM difference
  ON CONFLICT (${PLATFORM_KEY.join(', ')}) DO UPDATE SET ${eachColumn((column) => `${column} = h.${column} + excluded.${column}`)}
), noted AS (
  UPDATE metric_cursor SET counted_at = clock_timestamp()
)
DELETE FROM metric_dirty_days m USING days d WHERE m.restaurant_id = d.restaurant_id AND m.business_day = d.business_day
  -- Counted before the first row goes: from its first write on the transaction has an id, for which live events wait.
  AND (SELECT count(*) FROM fresh) >= 0`,
};
