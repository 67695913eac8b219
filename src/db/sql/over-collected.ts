import { BILL } from './reconciliation-terms';

/** The actor of automatic refunds, as `payment_refunds.requested_by` names it. */
const ACTOR = 'system:over-collected';

/**
 * Overpaid orders on the work list and the card payment of each that gives back: the newest that paid this order alone and still
 * has some of the bill. Left to a person is an order
 * - whose last discrepancy is younger than $2 seconds, or was resolved by a person;
 * - with a disputed payment: the bank may give the same money back;
 * - with a refund under way: the excess may be going back just now;
 * - with an automatic refund that failed.
 * $1: limit, $3: an order or null. Read again under the order's lock before money moves.
 */
export const findOverCollected = {
  name: 'find-over-collected',
  text: `
SELECT o.id AS "orderId", newest.id AS "paymentId",
  (s.captured_amount - s.refunded_amount - (${BILL}))::int AS "excessMinor"
FROM (SELECT order_id, max(created_at) AS last_at FROM discrepancies
      WHERE state = 'OPEN' AND type = 'DUPLICATE_PAYMENT' AND ($3::text IS NULL OR order_id = $3::text) GROUP BY order_id) d
JOIN orders o ON o.id = d.order_id
JOIN order_payment_states s ON s.order_id = o.id
JOIN LATERAL (
  SELECT p.id FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
  WHERE a.order_id = o.id AND p.provider = 'STRIPE' AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
    AND p.amount + p.tax_amount > p.refunded_amount - p.tip_refund_amount
    AND NOT EXISTS (SELECT FROM payment_allocations other WHERE other.payment_id = p.id AND other.order_id <> o.id)
  ORDER BY p.completed_at DESC, p.id DESC LIMIT 1) newest ON TRUE
WHERE s.captured_amount - s.refunded_amount > ${BILL} AND d.last_at <= now() - make_interval(secs => $2)
  AND NOT EXISTS (SELECT FROM payment_allocations a JOIN disputes x ON x.payment_id = a.payment_id WHERE a.order_id = o.id)
  AND NOT EXISTS (
    SELECT FROM payment_allocations a JOIN payment_refunds r ON r.payment_id = a.payment_id
    WHERE a.order_id = o.id AND (r.status = 'PROCESSING' OR r.status = 'FAILED' AND r.requested_by = '${ACTOR}'))
ORDER BY d.last_at LIMIT $1`,
};
