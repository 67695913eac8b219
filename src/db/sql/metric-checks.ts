import { businessDayIn, eachColumn, FRESH, METRIC_COLUMNS } from './metric-facts';

/** The next restaurants in order of their ids. $1: after this one, or ''; $2: how many. */
export const listRestaurantIds = {
  name: 'list-restaurant-ids',
  text: 'SELECT id FROM restaurants WHERE id > $1 ORDER BY id LIMIT $2',
};

/** Every day of a restaurant's facts and figures between $2 and $3, or all when they are null. $1: restaurant. */
export const listMetricDays = {
  name: 'list-metric-days',
  text: `
SELECT business_day::text AS "businessDay" FROM (
  SELECT ${businessDayIn('p.created_at')} AS business_day
  FROM payments p JOIN metric_clocks r ON r.restaurant_id = p.restaurant_id WHERE p.restaurant_id = $1
  UNION SELECT business_day FROM payments WHERE restaurant_id = $1 AND business_day IS NOT NULL
  UNION SELECT business_day FROM ledger_transactions WHERE restaurant_id = $1 AND fact_key LIKE 'refund%'
  UNION SELECT business_day FROM metric_hours WHERE restaurant_id = $1
) days
WHERE ($2::date IS NULL OR business_day >= $2) AND ($3::date IS NULL OR business_day <= $3) ORDER BY 1`,
};

/**
 * Of days ($1: restaurants, $2: days) those whose figures are not what a recount gives, as of one moment. `isMoving`: something
 * of the restaurant is not counted yet, so that nothing is wrong so far.
 */
export const findWrongDays = {
  name: 'find-wrong-metric-days',
  text: `
WITH ${FRESH}, kept AS (
  SELECT h.* FROM metric_hours h JOIN days d ON d.restaurant_id = h.restaurant_id AND d.business_day = h.business_day
), wrong AS (
  SELECT restaurant_id, business_day FROM (
    SELECT restaurant_id, business_day, currency, hour, method, ${METRIC_COLUMNS.join(', ')} FROM fresh
    UNION ALL SELECT restaurant_id, business_day, currency, hour, method, ${eachColumn((column) => `-${column}`)} FROM kept
  ) both_sides
  GROUP BY restaurant_id, business_day, currency, hour, method
  HAVING ${METRIC_COLUMNS.map((column) => `sum(${column}) <> 0`).join(' OR ')}
)
SELECT DISTINCT w.restaurant_id AS "restaurantId", w.business_day::text AS "businessDay",
  EXISTS (SELECT 1 FROM metric_dirty_days m WHERE m.restaurant_id = w.restaurant_id)
  OR EXISTS (SELECT 1 FROM metric_marks)
  OR EXISTS (SELECT 1 FROM outbox_events o, metric_cursor c
    WHERE o.restaurant_id = w.restaurant_id AND (o.xid, o.position) > (c.xid, c.position)) AS "isMoving"
FROM wrong w`,
};

/** Cells of the platform that are not the sum of the restaurants' cells, as of one moment. */
export const findWrongPlatformDays = {
  name: 'find-wrong-platform-metric-days',
  text: `
SELECT DISTINCT business_day::text AS "businessDay" FROM (
  SELECT business_day, currency, hour, method, ${METRIC_COLUMNS.join(', ')} FROM metric_hours
  UNION ALL SELECT business_day, currency, hour, method, ${eachColumn((column) => `-${column}`)} FROM platform_metric_hours
) both_sides
GROUP BY business_day, currency, hour, method HAVING ${METRIC_COLUMNS.map((column) => `sum(${column}) <> 0`).join(' OR ')}
ORDER BY 1`,
};

/** Sums the platform's cells anew. Under the claim. */
export const replacePlatformCells = {
  name: 'replace-platform-metrics',
  text: `
WITH gone AS (
  DELETE FROM platform_metric_hours p WHERE NOT EXISTS (
    SELECT 1 FROM metric_hours h WHERE h.business_day = p.business_day AND h.currency = p.currency AND h.hour = p.hour AND h.method = p.method)
)
INSERT INTO platform_metric_hours (business_day, currency, hour, method, ${METRIC_COLUMNS.join(', ')})
SELECT business_day, currency, hour, method, ${eachColumn((column) => `sum(${column})::bigint`)} FROM metric_hours GROUP BY 1, 2, 3, 4
ON CONFLICT (business_day, currency, hour, method) DO UPDATE SET ${eachColumn((column) => `${column} = excluded.${column}`)}`,
};
