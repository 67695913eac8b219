/**
 * Payments by method, funding and status: those that took money by their business day, the others by the day on which they
 * began. $1: restaurant or null, $2, $3: first and last day, $4: currency.
 */
export const readMoneyGroups = {
  name: 'read-money-groups',
  text: `SELECT p.method::text AS method, p.card_funding AS funding, p.status::text AS status, count(*)::int AS "count",
           sum(p.total_amount)::bigint AS "totalMinor"
         FROM payments p JOIN restaurants z ON z.id = p.restaurant_id
         WHERE ($1::text IS NULL OR p.restaurant_id = $1) AND p.currency = $4
           AND coalesce(p.business_day, ((p.created_at AT TIME ZONE z.time_zone) - make_interval(hours => z.closing_hour))::date)
             BETWEEN $2::date AND $3::date
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
