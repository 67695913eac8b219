import { OPEN } from './open';

/** Locks orders in id order (see read-payment.ts for the rule). $1: order ids. */
export const lockOrders = {
  name: 'lock-orders',
  text: 'SELECT id FROM orders WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE',
};

/**
 * What a payment of these orders is decided on: amounts, what was captured, and what open payments hold (a declined
 * attempt still holds, decision 8); what was given back is owed again, part by part. Read it after locking.
 * $1: order ids, $2: now, by the clock of the rules (decision 25). The ids stand behind a SELECT so that one plan serves
 * all: planning costs three times what running does (docs/adr/0025).
 */
export const readBill = {
  name: 'read-bill',
  text: `
SELECT o.id AS "orderId", o.restaurant_id AS "restaurantId", o.table_id AS "tableId",
  o.table_session_id AS "tableSessionId", o.customer_id AS "customerId", o.guest_session_id AS "guestSessionId",
  o.order_number AS "orderNumber", o.status = 'CANCELLED' AS cancelled, o.currency,
  o.subtotal_amount AS "subtotalMinor", o.tax_amount AS "taxMinor", o.tip_amount AS "tipMinor",
  s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount AS "adjustmentMinor",
  r.name AS "restaurantName", r.max_payment_amount AS "maxPaymentMinor",
  s.captured_amount - s.refunded_amount AS "capturedMinor",
  coalesce(ts.status = 'CLOSED' OR greatest(ts.expires_at, ts.extended_until) <= $2::timestamptz, FALSE) AS "sessionClosed",
  coalesce(c.held, 0)::int AS "heldMinor", coalesce(c.subtotal, 0)::int - s.adjusted_subtotal_amount AS "coveredSubtotalMinor",
  coalesce(c.tax, 0)::int - s.adjusted_tax_amount AS "coveredTaxMinor",
  coalesce(c.tip, 0)::int - s.adjusted_tip_amount AS "coveredTipMinor"
FROM orders o
JOIN restaurants r ON r.id = o.restaurant_id
JOIN order_payment_states s ON s.order_id = o.id
LEFT JOIN table_sessions ts ON ts.id = o.table_session_id
LEFT JOIN LATERAL (
  SELECT sum(a.subtotal_amount + a.tax_amount + a.tip_amount) FILTER (WHERE p.status IN ${OPEN}) AS held,
    sum(a.subtotal_amount - (a.refunded_amount - a.refunded_tax_amount - a.refunded_tip_amount)) AS subtotal,
    sum(a.tax_amount - a.refunded_tax_amount) AS tax, sum(a.tip_amount - a.refunded_tip_amount) AS tip
  FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
  WHERE a.order_id = o.id AND p.status IN ('PENDING', 'PROCESSING', 'FAILED', 'COMPLETED', 'PARTIALLY_REFUNDED')
) c ON TRUE
WHERE o.id = ANY ((SELECT $1::text[])::text[])
ORDER BY o.id`,
};

/** Whether the intent may have another amount than the payment shows, as a change of tip or share has not ended. */
const IS_CHANGING = '(p.pending_tip_amount IS NOT NULL OR p.pending_share IS NOT NULL) AS "isChanging"';

/** The payer's open payment that covers exactly these orders, newest first. $1: payer, $2: order ids in id order. */
export const findOpenPayment = {
  name: 'find-open-payment',
  text: `SELECT p.id, p.status, p.provider = 'CASH' AS "isCash", p.total_amount AS "totalMinor", p.expires_at AS "expiresAt",
           coalesce((p.creation_params->>'saveCard')::boolean, FALSE) AS "saveCard", ${IS_CHANGING},
           array_agg(a.subtotal_amount + a.tax_amount + a.tip_amount ORDER BY a.order_id) AS "partsMinor",
           sum(a.subtotal_amount + a.tax_amount + a.tip_amount)::int AS "billPartMinor"
         FROM payments p JOIN payment_allocations a ON a.payment_id = p.id
         WHERE p.payer_key = $1 AND p.status IN ${OPEN} AND p.order_id = ANY ((SELECT $2::text[])::text[])
         GROUP BY p.id HAVING array_agg(a.order_id::text ORDER BY a.order_id) = $2::text[]
         ORDER BY p.created_at DESC LIMIT 1`,
};

/** The payer's open payments at a table session with their part of each order, newest first. $1: payer, $2: table session. */
export const findOpenPaymentsOfSession = {
  name: 'find-open-payments-of-session',
  text: `SELECT p.id, p.status, p.scope, p.provider = 'CASH' AS "isCash", p.total_amount AS "totalMinor",
           p.expires_at AS "expiresAt", coalesce((p.creation_params->>'saveCard')::boolean, FALSE) AS "saveCard",
           ${IS_CHANGING},
           array_agg(a.order_id::text ORDER BY a.order_id) AS "orderIds",
           array_agg(a.subtotal_amount + a.tax_amount + a.tip_amount ORDER BY a.order_id) AS "partsMinor",
           sum(a.subtotal_amount + a.tax_amount + a.tip_amount)::int AS "billPartMinor"
         FROM payments p JOIN payment_allocations a ON a.payment_id = p.id
         WHERE p.payer_key = $1 AND p.status IN ${OPEN} AND p.table_session_id = $2
         GROUP BY p.id ORDER BY p.created_at DESC`,
};

/** A new open payment with its allocations, audit row and live event, in one statement. */
export const insertPayment = {
  name: 'insert-payment',
  text: `
WITH payment AS (
  INSERT INTO payments (id, order_id, restaurant_id, customer_id, session_id, table_id, table_session_id, payer_key,
    amount, tax_amount, tip_amount, total_amount, currency, method, provider, creation_state, creation_params,
    creation_started_at, expires_at, created_at, updated_at, scope, split_group_id, is_split_payment)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $9::int + $10::int + $11::int, $12, $13::payment_method_enum,
    $14::payment_provider_enum, $15, $16::jsonb, now(), $17, $18, $18, $32, $33::uuid, $33::uuid IS NOT NULL)
  RETURNING id
), allocations AS (
  INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
  SELECT $1, a.order_id, a.subtotal, a.tax, a.tip
  FROM unnest($19::text[], $20::int[], $21::int[], $22::int[]) AS a (order_id, subtotal, tax, tip)
), audit AS (
  INSERT INTO payment_audit_log (id, payment_id, action, new_status, details, user_id, actor, request_id)
  VALUES ($23, $1, 'created', 'PENDING', $24::jsonb, $25, $26, $27)
), client AS (
  INSERT INTO payment_audit_clients (audit_id, ip_address, user_agent)
  SELECT $23, $28::inet, $29::text WHERE $28::inet IS NOT NULL OR $29::text IS NOT NULL
)
INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload)
VALUES ($30, 'payment:created', $3, $2, $7, $1, $31::jsonb)`,
};
