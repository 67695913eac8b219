/** The columns of a view (src/services/payments/read-view.ts). The business day as midnight UTC, as Prisma gives it. */
export const VIEW_COLUMNS = `p.id, p.order_id AS "orderId", p.restaurant_id AS "restaurantId", r.name AS "restaurantName", p.table_id AS "tableId",
  p.table_session_id AS "tableSessionId", p.session_id AS "sessionId", g.public_id AS "guestPublicId", p.payer_key AS "payerKey",
  p.customer_id AS "customerId", p.amount AS "amountMinor", p.tax_amount AS "taxMinor", p.tip_amount AS "tipMinor",
  p.total_amount AS "totalMinor", p.refunded_amount AS "refundedMinor", p.tip_refund_amount AS "tipRefundMinor", p.currency,
  p.method, p.provider, p.status, p.scope, p.payment_intent_id AS "paymentIntentId", p.transaction_id AS "transactionId",
  p.client_secret AS "clientSecret", p.card_brand AS "cardBrand", p.card_last4 AS "cardLast4", p.card_funding AS "cardFunding",
  p.wallet, p.failure_reason AS "failureReason", p.failure_code AS "failureCode", p.receipt_number AS "receiptNumber",
  p.receipt_url AS "receiptUrl", p.retry_count AS "retryCount", p.split_group_id AS "splitGroupId",
  p.split_calculation_id AS "splitCalculationId", p.business_day::timestamp AT TIME ZONE 'UTC' AS "businessDay",
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.completed_at AS "completedAt", p.expires_at AS "expiresAt"`;

/** What those columns need beside payments `p`. */
export const VIEW_JOINS =
  'JOIN restaurants r ON r.id = p.restaurant_id LEFT JOIN guest_sessions g ON g.id = p.session_id';

/** One payment as its view shows it; every verb ends with it, and by Prisma it costs several times as much. $1: payment id. */
export const readPaymentView = {
  name: 'read-payment-view',
  text: `SELECT ${VIEW_COLUMNS} FROM payments p ${VIEW_JOINS} WHERE p.id = $1`,
};
