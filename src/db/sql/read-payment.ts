/**
 * Locks the orders that a payment covers, in id order. Every write to a payment, its allocations or the payment state
 * of its orders happens under this lock: one kind of lock, one order, no deadlock. $1: payment id.
 */
export const lockOrdersOfPayment = {
  name: 'lock-orders-of-payment',
  text: `SELECT o.id FROM orders o
         WHERE o.id IN (SELECT order_id FROM payment_allocations WHERE payment_id = $1)
         ORDER BY o.id FOR NO KEY UPDATE`,
};

/** The same, found by intent id ($1) or, while the id is not stored yet, by the payment id in its metadata ($2). */
export const lockOrdersOfIntent = {
  name: 'lock-orders-of-intent',
  text: `SELECT o.id FROM orders o
         WHERE o.id IN (SELECT a.order_id FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
                        WHERE p.payment_intent_id = $1 OR p.id = $2::uuid)
         ORDER BY o.id FOR NO KEY UPDATE`,
};

/** Locks one order. $1: order id. */
export const lockOrder = {
  name: 'lock-order',
  text: 'SELECT id FROM orders WHERE id = $1 FOR NO KEY UPDATE',
};

const COLUMNS = `
  p.id, p.order_id AS "orderId", p.restaurant_id AS "restaurantId", p.customer_id AS "customerId",
  p.session_id AS "guestSessionId", g.public_id AS "guestPublicId", p.table_id AS "tableId",
  p.table_session_id AS "tableSessionId", p.payer_key AS "payerKey", p.scope,
  p.amount AS "amountMinor", p.tax_amount AS "taxMinor", p.tip_amount AS "tipMinor", p.total_amount AS "totalMinor",
  p.refunded_amount AS "refundedMinor", p.over_collected_amount AS "overCollectedMinor",
  p.currency, p.method, p.provider, p.status, p.payment_intent_id AS "paymentIntentId",
  p.transaction_id AS "transactionId", p.client_secret AS "clientSecret", p.stripe_charge_id AS "chargeId",
  p.card_brand AS "cardBrand", p.card_last4 AS "cardLast4", p.card_funding AS "cardFunding", p.wallet,
  p.creation_state AS "creationState", p.creation_attempt AS "creationAttempt",
  p.creation_params AS "creationParams", p.creation_started_at AS "creationStartedAt",
  p.pending_tip_amount AS "pendingTipMinor", p.change_sequence AS "changeSequence",
  p.change_started_at AS "changeStartedAt", p.pending_method AS "pendingMethod", p.fact_at AS "factAtSec", p.fact_rank AS "factRank",
  p.failure_reason AS "failureReason", p.failure_code AS "failureCode", p.retry_count AS "retryCount",
  p.completed_at AS "completedAt", p.business_day::text AS "businessDay", p.expires_at AS "expiresAt",
  p.created_at AS "createdAt",
  r.max_payment_amount AS "maxPaymentMinor", r.time_zone AS "timeZone", r.closing_hour AS "closingHour",
  (SELECT json_agg(json_build_object(
     'orderId', a.order_id, 'subtotalMinor', a.subtotal_amount, 'taxMinor', a.tax_amount, 'tipMinor', a.tip_amount,
     'order', json_build_object('orderId', o.id, 'subtotalMinor', o.subtotal_amount, 'taxMinor', o.tax_amount,
       'tipMinor', o.tip_amount, 'adjustmentMinor', 0, 'cancelled', o.status = 'CANCELLED'),
     'capturedMinor', s.captured_amount, 'refundedMinor', s.refunded_amount) ORDER BY a.order_id)
   FROM payment_allocations a
   JOIN orders o ON o.id = a.order_id
   JOIN order_payment_states s ON s.order_id = a.order_id
   WHERE a.payment_id = p.id) AS allocations`;

const FROM = `
  FROM payments p JOIN restaurants r ON r.id = p.restaurant_id LEFT JOIN guest_sessions g ON g.id = p.session_id`;

/** One payment with what decisions about it need. Read it after locking its orders. $1: payment id. */
export const readPayment = { name: 'read-payment', text: `SELECT ${COLUMNS} ${FROM} WHERE p.id = $1` };

/** The same by intent id ($1) or payment id of the metadata ($2). Two rows: the intent belongs to another payment. */
export const readPaymentOfIntent = {
  name: 'read-payment-of-intent',
  text: `SELECT ${COLUMNS} ${FROM} WHERE p.payment_intent_id = $1 OR p.id = $2::uuid`,
};

/** Whether a dispute is in the payment's history already. $1: payment id, $2: dispute id. */
export const findDisputeAudit = {
  name: 'find-dispute-audit',
  text: `SELECT id FROM payment_audit_log
         WHERE payment_id = $1 AND action = 'dispute_opened' AND details ->> 'disputeId' = $2 LIMIT 1`,
};
