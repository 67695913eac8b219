/**
 * Milliseconds from an event's arrival to its end, by hour of arrival, over the 24 hours before $1; of one that is not finished,
 * its age. Events that wait for their record wait for somebody else: they count once they are finished.
 */
export const readInboxLag = {
  name: 'read-inbox-lag-by-hour',
  text: `SELECT date_trunc('hour', received_at, 'UTC') AS "from", count(*)::int AS count,
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY lag_ms))::int8 AS "medianMs", round(max(lag_ms))::int8 AS "maxMs",
           count(*) FILTER (WHERE is_open)::int AS "openCount"
         FROM (
           SELECT received_at, finished_at IS NULL AS is_open,
             greatest(0, 1000 * extract(epoch FROM coalesce(finished_at, $1::timestamptz) - received_at))::float8 AS lag_ms
           FROM webhook_events
           WHERE received_at > $1::timestamptz - interval '24 hours' AND received_at <= $1::timestamptz
             AND (finished_at IS NOT NULL OR state IN ('RECEIVED', 'RETRY'))) events
         GROUP BY 1 ORDER BY 1`,
};
