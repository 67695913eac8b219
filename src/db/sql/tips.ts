/**
 * Every posting to the account of tips in a period: what a payment brought (positive), a refund or a reduced order gave back
 * (negative), on the business day of its own fact, with the orders that it belongs to, who served them, and what the payment's
 * facts before it came to. $1: restaurant; $2, $3: first and last day.
 */
export const readTipFacts = {
  name: 'read-tip-facts',
  text: `
SELECT t.business_day::text AS "businessDay", t.currency, 0 - l.amount AS "tipMinor",
  t.fact_key LIKE 'capture:%' AS "isCollected", coalesce(o.orders, '[]') AS orders,
  coalesce((SELECT sum(0 - p.amount) FROM ledger_transactions e JOIN ledger_postings p ON p.transaction_id = e.id
    WHERE e.payment_id = t.payment_id AND p.account = 'TIPS_PAYABLE' AND (e.business_day, e.id) < (t.business_day, t.id)), 0)::bigint
    AS "beforeMinor",
  coalesce((SELECT tip_amount FROM payments WHERE id = t.payment_id), 0) AS "wholeTipMinor"
FROM ledger_transactions t
JOIN LATERAL (
  SELECT sum(amount)::bigint AS amount FROM ledger_postings WHERE transaction_id = t.id AND account = 'TIPS_PAYABLE'
) l ON l.amount <> 0
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_object('serverId', x.server_id, 'ownTipMinor', x.own_tip, 'coveredMinor', x.covered) ORDER BY x.id) AS orders FROM (
    SELECT o.id, o.server_id, a.subtotal_amount + a.tax_amount + a.tip_amount AS covered, a.tip_amount AS own_tip
    FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = t.payment_id
    UNION ALL
    SELECT o.id, o.server_id, 1, 0 FROM orders o
    WHERE t.payment_id IS NULL AND t.fact_key LIKE 'overpaid:%' AND o.id = substring(t.fact_key FROM '^overpaid:(.*):[0-9]+$')
  ) x
) o ON TRUE
WHERE t.restaurant_id = $1 AND t.business_day BETWEEN $2::date AND $3::date
ORDER BY t.business_day, t.currency`,
};

/** Who takes part in the pools of a period. $1: restaurant; $2, $3: first and last day. */
export const readPoolShares = {
  name: 'read-tip-pool-shares',
  text: `SELECT business_day::text AS "businessDay", user_id AS "userId", minutes_worked AS "minutesWorked", points
         FROM tip_pool_shares WHERE restaurant_id = $1 AND business_day BETWEEN $2::date AND $3::date
         ORDER BY business_day, user_id`,
};

/** Replaces a day's pool. $1: restaurant; $2: day; $3..$5: users, minutes, points. */
export const replacePoolShares = {
  name: 'replace-tip-pool-shares',
  text: `WITH gone AS (
           DELETE FROM tip_pool_shares WHERE restaurant_id = $1 AND business_day = $2::date AND user_id <> ALL ($3::text[]))
         INSERT INTO tip_pool_shares (restaurant_id, business_day, user_id, minutes_worked, points)
         SELECT $1, $2::date, n.user_id, n.minutes, n.points
         FROM unnest($3::text[], $4::int[], $5::int[]) AS n (user_id, minutes, points)
         ON CONFLICT (restaurant_id, business_day, user_id) DO UPDATE SET minutes_worked = excluded.minutes_worked,
           points = excluded.points`,
};
