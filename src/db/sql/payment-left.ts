/** By lost disputes of payment p, in its currency. Minor units. */
export const CHARGED_BACK = `(SELECT coalesce(sum(d.amount), 0)::float8 FROM disputes d
            WHERE d.payment_id = p.id AND d.status = 'lost' AND d.currency = p.currency)`;

/**
 * What of payment p is left: `claimedMinor` by refunds that have not failed, `failedRefunds` how many have, `chargedBackMinor` by
 * lost disputes. With LEFT_JOIN.
 */
export const LEFT_COLUMNS = `p.status, p.provider, p.currency, p.total_amount AS "totalMinor", r.claimed AS "claimedMinor",
           r.failed AS "failedRefunds", ${CHARGED_BACK} AS "chargedBackMinor"`;

export const LEFT_JOIN = `CROSS JOIN LATERAL (
           SELECT coalesce(sum(refund_amount) FILTER (WHERE status <> 'FAILED'), 0)::int AS claimed,
             count(*) FILTER (WHERE status = 'FAILED')::int AS failed,
             coalesce(bool_or(status = 'FAILED' AND requested_by = 'system:split-cancel'), FALSE) AS failed_for_split
           FROM payment_refunds WHERE payment_id = p.id) r`;

/** $1: payment id. */
export const readPaymentLeft = {
  name: 'read-payment-left',
  text: `SELECT p.id AS "paymentId", p.restaurant_id AS "restaurantId", p.order_id AS "orderId", ${LEFT_COLUMNS}
         FROM payments p ${LEFT_JOIN} WHERE p.id = $1`,
};
