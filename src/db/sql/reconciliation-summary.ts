import { businessDayIn } from './metric-facts';

const MONEY = 'p.method, p.card_funding, p.status, p.total_amount';

/**
 * Payments by method, funding and status: those that took money by their business day, the others by the day on which they
 * began; each a range of an index, at each restaurant. $1: restaurant or null, $2, $3: first and last day, $4: currency.
 */
export const readMoneyGroups = {
  name: 'read-money-groups',
  text: `
WITH places AS (
  -- Two hours of room on both sides: on the day of a clock change the bounds are off by one, the reckoned day is not.
  SELECT id, time_zone, closing_hour, ($2::date + make_interval(hours => closing_hour - 2)) AT TIME ZONE time_zone AS begin,
    ($3::date + make_interval(days => 1, hours => closing_hour + 2)) AT TIME ZONE time_zone AS finish
  FROM restaurants WHERE $1::text IS NULL OR id = $1
)
SELECT m.method::text AS method, m.card_funding AS funding, m.status::text AS status, count(*)::int AS "count",
  sum(m.total_amount)::bigint AS "totalMinor"
FROM places r CROSS JOIN LATERAL (
  SELECT ${MONEY} FROM payments p
  WHERE p.restaurant_id = r.id AND p.currency = $4 AND p.business_day BETWEEN $2::date AND $3::date
  UNION ALL
  SELECT ${MONEY} FROM payments p
  WHERE p.restaurant_id = r.id AND p.currency = $4 AND p.business_day IS NULL AND p.created_at >= r.begin AND p.created_at < r.finish
    AND ${businessDayIn('p.created_at')} BETWEEN $2::date AND $3::date
) m
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
};

/** What went back on these days; a refund that failed later counts negative on the day it failed. $1 to $4 as above. */
export const readRefundedOfDays = {
  name: 'read-refunded-of-days',
  text: `SELECT coalesce(sum(CASE WHEN t.fact_key = 'refund:' || r.id THEN r.refund_amount ELSE -r.refund_amount END), 0)::bigint AS "refundedMinor"
         FROM ledger_transactions t
         JOIN payment_refunds r ON r.payment_id = t.payment_id AND t.fact_key IN ('refund:' || r.id, 'refund-failed:' || r.id)
         WHERE ($1::text IS NULL OR t.restaurant_id = $1) AND t.currency = $4 AND t.business_day BETWEEN $2::date AND $3::date`,
};
