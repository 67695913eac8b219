/**
 * Locks the orders that a payment covers, in id order. Every write to a payment, its allocations or the payment state
 * of its orders happens under this lock: one kind of lock, one order, no deadlock. Which orders these are was decided before
 * the wait: services/payments/locked-payment.ts compares with what is read after it. $1: payment id.
 */
export const lockOrdersOfPayment = {
  name: 'lock-orders-of-payment',
  text: `SELECT o.id FROM orders o
         WHERE o.id IN (SELECT order_id FROM payment_allocations WHERE payment_id = $1)
         ORDER BY o.id FOR NO KEY UPDATE`,
};

/** What is asked for, at most ten rows to the planner's mind: with a hundred, its own guess, it would scan whole tables. */
const ASKED = `(SELECT * FROM json_to_recordset($1::json) AS a (intent_id text, payment_id uuid)
    LIMIT (SELECT json_array_length($1::json))) AS asked`;
const OF_ASKED = 'p.payment_intent_id = asked.intent_id OR p.id = asked.payment_id';

/**
 * The same, found by intent id or, while the id is not stored yet, by the payment id in its metadata. Answers which order
 * and table belong to which intent. $1: list of {intent_id, payment_id}.
 */
export const lockOrdersOfIntents = {
  name: 'lock-orders-of-intents',
  takesLists: true as const,
  text: `SELECT o.id AS "orderId", p.table_session_id AS "tableSessionId", asked.intent_id AS "intentId"
         FROM ${ASKED} JOIN payments p ON ${OF_ASKED}
         JOIN payment_allocations a ON a.payment_id = p.id JOIN orders o ON o.id = a.order_id
         ORDER BY o.id FOR NO KEY UPDATE OF o`,
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
  p.change_started_at AS "changeStartedAt", p.pending_method AS "pendingMethod",
  p.pending_share AS "pendingShare", p.split_group_id AS "splitGroupId", p.split_calculation_id AS "splitCalculationId",
  p.fact_at AS "factAtSec", p.fact_rank AS "factRank",
  p.failure_reason AS "failureReason", p.failure_code AS "failureCode", p.retry_count AS "retryCount", 
  p.failed_attempts AS "failedAttempts", p.retried_attempts AS "retriedAttempts",
  p.completed_at AS "completedAt", p.business_day::text AS "businessDay", p.expires_at AS "expiresAt",
  p.created_at AS "createdAt",
  r.max_payment_amount AS "maxPaymentMinor", r.time_zone AS "timeZone", r.closing_hour AS "closingHour",
  (SELECT json_agg(json_build_object(
     'orderId', a.order_id, 'subtotalMinor', a.subtotal_amount, 'taxMinor', a.tax_amount, 'tipMinor', a.tip_amount,
     'order', json_build_object('orderId', o.id, 'subtotalMinor', o.subtotal_amount, 'taxMinor', o.tax_amount,
       'tipMinor', o.tip_amount, 'adjustmentMinor', s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount, 'cancelled', o.status = 'CANCELLED'),
     'capturedMinor', s.captured_amount, 'refundedMinor', s.refunded_amount) ORDER BY a.order_id)
   FROM payment_allocations a
   JOIN orders o ON o.id = a.order_id
   JOIN order_payment_states s ON s.order_id = a.order_id
   WHERE a.payment_id = p.id) AS allocations`;

const FROM = `
  FROM payments p JOIN restaurants r ON r.id = p.restaurant_id LEFT JOIN guest_sessions g ON g.id = p.session_id`;

/** One payment with what decisions about it need. Read it after locking its orders. $1: payment id. */
export const readPayment = { name: 'read-payment', text: `SELECT ${COLUMNS} ${FROM} WHERE p.id = $1` };

/** The same by intent id or payment id of the metadata. $1: list of {intent_id, payment_id}. */
export const readPaymentsOfIntents = {
  name: 'read-payments-of-intents',
  takesLists: true as const,
  text: `SELECT ${COLUMNS} ${FROM} JOIN ${ASKED} ON ${OF_ASKED}`,
};
