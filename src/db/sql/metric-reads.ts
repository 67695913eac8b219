import { CAPTURED } from './captured';
import { businessDayIn, eachColumn } from './metric-facts';
import { OPEN } from './open';

/**
 * Sums by currency: by day of a window and of the one before it; of the window the captures by method and by hour; and of the hour of
 * its last day that is running. $1, $2: first and last day; $3, $4: of the window before; $5: hours that are not over on the last day, the
 * running one first: they are left out on the last day before. One index range of cells.
 * float8 holds every sum below 2^53 exactly, and is cheaper to sum than BIGINT, which PostgreSQL sums as NUMERIC.
 */
const sums = (source: string, scope: string) => `
WITH cells AS MATERIALIZED (
  SELECT * FROM ${source}
  WHERE business_day BETWEEN $3::date AND $2::date ${scope}
    AND (business_day >= $1::date OR business_day < $4::date OR (business_day = $4::date AND hour <> ALL ($5::smallint[])))
)
SELECT currency, business_day::text AS "businessDay", NULL::text AS method, NULL::smallint AS hour, FALSE AS "isRunning",
  ${eachColumn((column) => `sum(${column}::float8) AS ${column}`)}
FROM cells GROUP BY currency, business_day
UNION ALL
SELECT currency, NULL, NULL, NULL, TRUE, ${eachColumn((column) => `sum(${column}::float8)`)}
FROM cells WHERE business_day = $2::date AND hour = ($5::smallint[])[1] GROUP BY currency
UNION ALL
${captures('method::text', 'NULL')} GROUP BY currency, method
UNION ALL
${captures('NULL', 'hour')} GROUP BY currency, hour`;

function captures(method: string, hour: string): string {
  return `SELECT currency, NULL, ${method}, ${hour}, FALSE, ${eachColumn((column) =>
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
  WHERE status IN ${OPEN} AND status <> 'FAILED' AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))
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

/**
 * What is open on the work list: captured payments of the days ($2, $3) that something does not fit of, whenever it was found; and
 * lost payments of these days, by reason ($4). Of restaurants ($1) or, with null, of all and the platform's own. A day of the
 * platform's own is one of UTC.
 */
export const readOpenDiscrepancies = {
  name: 'read-open-discrepancies-of',
  text: `SELECT (SELECT count(DISTINCT p.id) FROM discrepancies d JOIN payments p ON p.id = d.payment_id
            WHERE d.state = 'OPEN' AND p.business_day BETWEEN $2::date AND $3::date AND p.status IN ${CAPTURED}
              AND ($1::text[] IS NULL OR p.restaurant_id = ANY ($1))) AS payments,
           (SELECT count(*) FROM discrepancies d
            WHERE d.state = 'OPEN' AND d.day BETWEEN $2::date AND $3::date AND d.reason = ANY ($4::text[])
              AND ($1::text[] IS NULL OR d.restaurant_id = ANY ($1))) AS lost`,
};
