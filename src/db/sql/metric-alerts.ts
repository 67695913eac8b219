import { OPEN } from './open';

/**
 * The figures behind alerts as they are now, of every restaurant that has any; restaurant null: the platform. $1: now.
 * Rates need enough cases to mean something: ten payments, three refunds; and a week without revenue has no refund rate.
 */
export const measureAlerts = {
  name: 'measure-alerts',
  text: `
SELECT restaurant_id AS "restaurantId", 'FAILURE_RATE' AS kind, (100.0 * count(*) FILTER (
    WHERE status = 'FAILED' OR (status = 'CANCELLED' AND failure_code IS NOT NULL)) / count(*))::float8 AS value
FROM payments WHERE created_at > $1::timestamptz - interval '1 hour' AND created_at <= $1
GROUP BY 1 HAVING count(*) >= 10
UNION ALL
SELECT restaurant_id, 'PENDING_AGE', (extract(epoch FROM $1 - min(created_at)) / 60)::float8
FROM payments WHERE status IN ${OPEN} AND status <> 'FAILED' GROUP BY 1
UNION ALL
SELECT restaurant_id, 'REFUND_RATE', max(percent) FROM (
  SELECT h.restaurant_id, h.currency, (100.0 * sum(h.refund_amount) / sum(h.captured_amount))::float8 AS percent
  FROM restaurants r JOIN metric_hours h ON h.restaurant_id = r.id AND h.business_day > ($1::timestamptz AT TIME ZONE 'UTC')::date - 7
  GROUP BY 1, 2 HAVING sum(h.refund_count) >= 3 AND sum(h.captured_amount) > 0) per_currency
GROUP BY 1
UNION ALL
SELECT NULL, 'WEBHOOK_LAG', coalesce(extract(epoch FROM $1 - min(received_at)), 0)::float8
FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY', 'WAITING') AND state <> 'WAITING'
UNION ALL
SELECT NULL, 'DEAD_LETTERS', count(*)::float8 FROM webhook_events WHERE state = 'DEAD'
UNION ALL
SELECT restaurant_id, 'DISPUTE_DEADLINE', count(*)::float8 FROM disputes
WHERE closed_at IS NULL AND status IN ('needs_response', 'warning_needs_response')
  AND evidence_due_at > $1 AND evidence_due_at < $1::timestamptz + interval '3 days'
GROUP BY 1
UNION ALL
SELECT restaurant_id, 'RECONCILIATION', count(*)::float8 FROM discrepancies
WHERE state = 'OPEN' AND severity IN ('HIGH', 'CRITICAL') GROUP BY 1`,
};

/** Thresholds that restaurants have set for themselves; null: the platform's. */
export const readOwnThresholds = {
  name: 'read-own-alert-thresholds',
  text: `SELECT restaurant_id AS "restaurantId", alert_failure_rate_percent AS "failureRatePercent",
           alert_pending_minutes AS "pendingAgeMinutes", alert_refund_rate_percent AS "refundRatePercent"
         FROM restaurant_settings
         WHERE num_nonnulls(alert_failure_rate_percent, alert_pending_minutes, alert_refund_rate_percent) > 0`,
};

/** One node at a time looks after alerts. */
export const claimAlerts = {
  name: 'claim-alerts',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('tabsy alerts', 0)) AS "isMine"`,
};

const COLUMNS = `id, restaurant_id AS "restaurantId", kind, severity, value, threshold, opened_at AS "openedAt", updated_at AS "updatedAt"`;

/** Open alerts of restaurants ($1), or with null all and the platform's; gravest first. */
export const readOpenAlerts = {
  name: 'read-open-alerts',
  text: `SELECT ${COLUMNS} FROM metric_alerts WHERE closed_at IS NULL AND ($1::text[] IS NULL OR restaurant_id = ANY ($1))
         ORDER BY array_position(ARRAY['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], severity::text), opened_at DESC, id`,
};

/** $1..$7: lists of ids, restaurants, kinds, severities, values, thresholds; now. An open one of the same kind is brought up to date. */
export const keepAlerts = {
  name: 'keep-alerts',
  text: `
INSERT INTO metric_alerts AS a (id, restaurant_id, kind, severity, value, threshold, opened_at, updated_at)
SELECT o.id, o.restaurant_id, o.kind, o.severity, o.value, o.threshold, $7::timestamptz, $7::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[])
  AS o (id, restaurant_id, kind, severity, value, threshold)
ON CONFLICT (kind, coalesce(restaurant_id, '')) WHERE closed_at IS NULL
DO UPDATE SET severity = excluded.severity, value = excluded.value, threshold = excluded.threshold, updated_at = excluded.updated_at`,
};

/** $1: alerts; $2: now. */
export const closeAlerts = {
  name: 'close-alerts',
  text: 'UPDATE metric_alerts SET closed_at = $2, updated_at = $2 WHERE id = ANY ($1::uuid[])',
};
