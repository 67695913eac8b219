import type { Pool } from 'pg';

/** The kept figures, of each restaurant and of the platform, equal a recount from payments, orders and refunds. */
export async function auditFigures(pool: Pick<Pool, 'query'>): Promise<string[]> {
  const { rows } = await pool.query<WrongFigure>(WRONG_FIGURES);
  return rows.map(
    ({ whose, day, hour, cell, figure, kept, counted }) =>
      `figures of ${whose} on ${day} at ${hour} (${cell}): ${figure} is ${kept}, recounted ${counted}`,
  );
}

interface WrongFigure {
  whose: string;
  day: string;
  hour: number;
  cell: string;
  figure: string;
  kept: string;
  counted: string;
}

const CAPTURED = "('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')";

/**
 * What happened, as (restaurant, currency, method, moment, figure, value). Which failure is a decline and which a technical one is a
 * list of words that unit tests hold: here both are one figure.
 */
const FACTS = `
  SELECT p.restaurant_id, p.currency, p.method::text AS method, p.created_at AS at, f.figure, f.value
  FROM payments p CROSS JOIN LATERAL (SELECT p.status IN ('PENDING', 'PROCESSING') AS is_open,
    p.status = 'FAILED' OR (p.status = 'CANCELLED' AND p.failure_code IS NOT NULL) AS has_failed) s
  CROSS JOIN LATERAL (VALUES
    ('started_count', 1),
    ('started_captured_count', (p.status IN ${CAPTURED})::int),
    ('open_count', s.is_open::int),
    ('open_amount', CASE WHEN s.is_open THEN p.total_amount ELSE 0 END),
    ('declined or technical', s.has_failed::int),
    ('failed_amount', CASE WHEN s.has_failed THEN p.total_amount ELSE 0 END),
    ('abandoned_count', (p.status = 'CANCELLED' AND p.failure_code IS NULL)::int)) AS f (figure, value)
  UNION ALL
  SELECT b.restaurant_id, b.currency, b.method, b.created_at, f.figure, f.value
  FROM (SELECT DISTINCT ON (a.order_id) a.order_id, p.restaurant_id, p.currency, p.method::text AS method, p.created_at
        FROM payment_allocations a JOIN payments p ON p.id = a.payment_id ORDER BY a.order_id, p.created_at, p.id) b
  JOIN orders o ON o.id = b.order_id JOIN order_payment_states s ON s.order_id = b.order_id
  CROSS JOIN LATERAL (VALUES
    ('bill_count', 1),
    -- Once it was paid in full, whatever went back since.
    ('paid_bill_count', ((SELECT coalesce(sum(a.subtotal_amount + a.tax_amount + a.tip_amount), 0)
        FROM payment_allocations a JOIN payments p ON p.id = a.payment_id WHERE a.order_id = b.order_id AND p.status IN ${CAPTURED})
      >= greatest(1, CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE greatest(0, o.subtotal_amount + o.tax_amount + o.tip_amount
        + s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount) END))::int),
    ('split_bill_count', (SELECT count(*)::int FROM (SELECT 1 FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
      WHERE a.order_id = b.order_id AND coalesce(p.split_group_id, p.split_calculation_id) IS NOT NULL LIMIT 1) shared))) AS f (figure, value)
  UNION ALL
  SELECT p.restaurant_id, p.currency, p.method::text, p.completed_at, f.figure, f.value
  FROM payments p CROSS JOIN LATERAL (VALUES
    ('captured_count', 1),
    ('captured_amount', p.total_amount),
    ('captured_tax_amount', p.tax_amount),
    ('captured_tip_amount', p.tip_amount),
    ('paying_seconds', greatest(0, extract(epoch FROM p.completed_at - p.created_at))::int)) AS f (figure, value)
  WHERE p.status IN ${CAPTURED}
  UNION ALL
  -- A refund counts when it moved, and once more, negative, when it failed after that.
  SELECT p.restaurant_id, p.currency, p.method::text, t.occurred_at, f.figure, f.value * m.sign
  FROM payment_refunds r JOIN payments p ON p.id = r.payment_id
  CROSS JOIN (VALUES ('refund:', 1), ('refund-failed:', -1)) AS m (prefix, sign)
  JOIN ledger_transactions t ON t.fact_key = m.prefix || r.id
  CROSS JOIN LATERAL (VALUES
    ('refund_count', 1),
    ('refund_amount', r.refund_amount),
    ('refund_tax_amount', r.tax_refund_amount),
    ('refund_tip_amount', r.tip_refund_amount)) AS f (figure, value)`;

/** The rows of a table of figures, one by figure: every column that is no part of the key. */
const kept = (table: string, whose: string) => `
  SELECT ${whose}, h.business_day, h.hour, h.currency || ' ' || h.method,
    CASE WHEN j.key IN ('declined_count', 'technical_count') THEN 'declined or technical' ELSE j.key END, j.value::bigint, 0
  FROM ${table} h CROSS JOIN LATERAL
    jsonb_each_text(to_jsonb(h) - ARRAY['restaurant_id', 'business_day', 'hour', 'currency', 'method']) j`;

/** Business days begin at the closing hour, on the restaurant's clock. */
const WRONG_FIGURES = `
  WITH facts AS (${FACTS}
  ), counted AS (
    SELECT f.restaurant_id, ((f.at AT TIME ZONE r.time_zone) - make_interval(hours => r.closing_hour))::date AS day,
      extract(hour FROM f.at AT TIME ZONE r.time_zone)::smallint AS hour, f.currency || ' ' || f.method AS cell, f.figure, f.value
    FROM facts f JOIN restaurants r ON r.id = f.restaurant_id
  ), sides (whose, day, hour, cell, figure, kept, counted) AS (
    SELECT restaurant_id, day, hour, cell, figure, 0, value FROM counted
    UNION ALL SELECT 'the platform', day, hour, cell, figure, 0, value FROM counted
    UNION ALL ${kept('metric_hours', 'h.restaurant_id')}
    UNION ALL ${kept('platform_metric_hours', "'the platform'")}
  )
  SELECT whose, day::text, hour, cell, figure, sum(kept)::text AS kept, sum(counted)::text AS counted
  FROM sides GROUP BY whose, day, hour, cell, figure HAVING sum(kept) <> sum(counted) ORDER BY 1, 2, 3, 4, 5`;
