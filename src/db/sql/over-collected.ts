import { CHARGE_STEPS } from '@/domain/currency';
import { BILL } from './reconciliation-terms';

/** The actor of automatic refunds, as `payment_refunds.requested_by` names it. */
const ACTOR = 'system:over-collected';

const EXCESS = `s.captured_amount - s.refunded_amount - ${BILL}`;
const STEP = `CASE upper(o.currency) ${[...CHARGE_STEPS].map(([code, minor]) => `WHEN '${code}' THEN ${minor}`).join(' ')} ELSE 1 END`;

/**
 * Overpaid orders on the work list whose newest payment gives the excess back: it came when the bill had no room. It must have
 * paid by card, for this order alone, and have subtotal or tax left in a step of its currency; else a person decides, and
 * - while the newest case is younger than $2 seconds, or was worked on since;
 * - once a person has decided about a case of the order: money may have gone back outside of the books;
 * - where a payment is or was disputed: the bank may give the same money back;
 * - while a refund is under way: the excess may be going back just now;
 * - once an automatic refund has failed.
 * $1: limit, $3: an order or null. Read again under the order's lock before money moves.
 */
export const findOverCollected = {
  name: 'find-over-collected',
  text: `
SELECT o.id AS "orderId", newest.id AS "paymentId", (${EXCESS})::int AS "excessMinor"
FROM (SELECT order_id, max(updated_at) AS last_at FROM discrepancies
      WHERE state = 'OPEN' AND type = 'DUPLICATE_PAYMENT' AND ($3::text IS NULL OR order_id = $3::text) GROUP BY order_id) d
JOIN orders o ON o.id = d.order_id
JOIN order_payment_states s ON s.order_id = o.id
JOIN LATERAL (
  SELECT p.id, p.provider, p.amount + p.tax_amount - (p.refunded_amount - p.tip_refund_amount) AS bill_left
  FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
  WHERE a.order_id = o.id AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
    AND a.subtotal_amount + a.tax_amount + a.tip_amount > a.refunded_amount
  ORDER BY p.completed_at DESC, p.id DESC LIMIT 1) newest ON newest.provider = 'STRIPE'
WHERE d.last_at <= now() - make_interval(secs => $2) AND least(${EXCESS}, newest.bill_left) >= ${STEP}
  AND NOT EXISTS (SELECT FROM payment_allocations a WHERE a.payment_id = newest.id AND a.order_id <> o.id)
  AND NOT EXISTS (SELECT FROM payment_allocations a JOIN disputes x ON x.payment_id = a.payment_id WHERE a.order_id = o.id)
  AND NOT EXISTS (
    SELECT FROM discrepancies x JOIN discrepancy_actions y ON y.discrepancy_id = x.id
    WHERE x.order_id = o.id AND x.type = 'DUPLICATE_PAYMENT' AND y.action IN ('ACCEPTED', 'CORRECTED'))
  AND NOT EXISTS (
    SELECT FROM payment_allocations a JOIN payment_refunds r ON r.payment_id = a.payment_id
    WHERE a.order_id = o.id AND (r.status = 'PROCESSING' OR r.status = 'FAILED' AND r.requested_by = '${ACTOR}'))
ORDER BY d.last_at LIMIT $1`,
};
