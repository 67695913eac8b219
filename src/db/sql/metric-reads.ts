import { businessDayIn, eachColumn } from './metric-facts';

/**
 * Sums by currency: by day of a window and of the one before it, and of the window the captures by method and by hour. $1, $2: first
 * and last day; $3, $4: of the window before; $5: hours that are left out on its last day. One index range of cells.
 * float8 holds every sum below 2^53 exactly, and is cheaper to sum than BIGINT, which PostgreSQL sums as NUMERIC.
 */
const sums = (source: string, scope: string) => `
WITH cells AS MATERIALIZED (
  SELECT * FROM ${source}
  WHERE business_day BETWEEN $3::date AND $2::date ${scope}
    AND (business_day >= $1::date OR business_day < $4::date OR (business_day = $4::date AND hour <> ALL ($5::smallint[])))
)
SELECT currency, business_day::text AS "businessDay", NULL::text AS method, NULL::smallint AS hour,
  ${eachColumn((column) => `sum(${column}::float8) AS ${column}`)}
FROM cells GROUP BY currency, business_day
UNION ALL
${captures('method::text', 'NULL')} GROUP BY currency, method
UNION ALL
${captures('NULL', 'hour')} GROUP BY currency, hour`;

function captures(method: string, hour: string): string {
  return `SELECT currency, NULL, ${method}, ${hour}, ${eachColumn((column) =>
    column === 'captured_count' || column === 'captured_amount' ? `sum(${column}::float8)` : '0',
  )} FROM cells WHERE business_day >= $1::date`;
}

/** $6: restaurants. */
export const readMetricsOfRestaurants = {
  name: 'read-metrics-of-restaurants',
  text: sums('metric_hours', 'AND restaurant_id = ANY ((SELECT $6::text[])::text[])'),
};

export const readMetricsOfPlatform = {
  name: 'read-metrics-of-platform',
  text: sums('platform_metric_hours', ''),
};

/** Sums of each restaurant's business day that is under way, in its own currency. $1: restaurants; $2: now. */
export const readToday = {
  name: 'read-metrics-of-today',
  text: `
SELECT r.id AS "restaurantId", r.currency, t.day::text AS "businessDay",
  coalesce(sum(h.captured_amount), 0)::bigint AS "grossMinor", coalesce(sum(h.captured_tip_amount), 0)::bigint AS "tipMinor",
  coalesce(sum(h.refund_amount), 0)::bigint AS "refundedMinor", coalesce(sum(h.captured_count), 0)::bigint AS successful,
  coalesce(sum(h.refund_count), 0)::bigint AS refunds
FROM restaurants r CROSS JOIN LATERAL (SELECT ${businessDayIn('$2::timestamptz')} AS day) t
LEFT JOIN metric_hours h ON h.restaurant_id = r.id AND h.business_day = t.day AND h.currency = r.currency
WHERE r.id = ANY ($1::text[]) GROUP BY r.id, r.currency, t.day`,
};

/** The clock that most of the restaurants ($1, null: all) go by. */
export const readCommonClock = {
  name: 'read-common-clock',
  text: `SELECT time_zone AS "timeZone", closing_hour AS "closingHour", count(*) AS count,
           count(*) OVER () AS "clocks" FROM restaurants WHERE $1::text[] IS NULL OR id = ANY ($1)
         GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1`,
};

/** The last hour and what is open, by currency, from payments themselves: short ranges of partial indexes. $1: restaurants or null; $2: now. */
export const readRealtime = {
  name: 'read-realtime-figures',
  text: `
WITH recent AS (
  SELECT currency, count(*) AS count, sum(total_amount)::bigint AS amount FROM payments
  WHERE completed_at IS NOT NULL AND completed_at > $2::timestamptz - interval '1 hour' AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))
  GROUP BY 1
), open AS (
  SELECT currency, count(*) AS count, sum(total_amount)::bigint AS amount FROM payments
  WHERE status IN ('PENDING', 'PROCESSING', 'FAILED') AND status <> 'FAILED' AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))
  GROUP BY 1
), failed AS (
  SELECT currency, count(*) AS count FROM payments
  WHERE (status = 'FAILED' OR (status = 'CANCELLED' AND failure_code IS NOT NULL))
    AND created_at > $2::timestamptz - interval '24 hours' AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))
  GROUP BY 1
)
SELECT currency, coalesce(recent.count, 0) AS "recentTransactions", coalesce(recent.amount, 0) AS "recentRevenueMinor",
  coalesce(open.count, 0) AS "pendingPayments", coalesce(open.amount, 0) AS "pendingMinor",
  coalesce(failed.count, 0) AS "failedLast24h"
FROM recent FULL JOIN open USING (currency) FULL JOIN failed USING (currency) ORDER BY currency`,
};

/**
 * How fast the newest 1,000 events of the processor were applied: the whole platform's, as events belong to the account.
 * Milliseconds; null without any.
 */
export const readWebhookSpeed = {
  name: 'read-webhook-speed',
  text: `
SELECT count(*) AS count,
  (extract(epoch FROM percentile_cont(0.95) WITHIN GROUP (ORDER BY greatest(interval '0', finished_at - received_at))) * 1000)::float8 AS "p95Ms",
  (extract(epoch FROM avg(greatest(interval '0', finished_at - event_created_at)) FILTER (WHERE type = 'payment_intent.succeeded')) * 1000)::float8
    AS "settledAfterMs"
FROM (SELECT * FROM webhook_events ORDER BY received_at DESC LIMIT 1000) newest
WHERE finished_at IS NOT NULL AND state = 'APPLIED'`,
};

/** What is known not to fit, of restaurants ($1) or of all (null). */
export const readOpenDiscrepancies = {
  name: 'read-open-discrepancies-of',
  text: `SELECT count(DISTINCT payment_id) FILTER (WHERE payment_id IS NOT NULL) AS payments,
           count(*) FILTER (WHERE type = 'MISSING_PAYMENT') AS missing
         FROM discrepancies WHERE state = 'OPEN' AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))`,
};
