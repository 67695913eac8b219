/** Refunds of a payment, oldest first. Read them under the lock of the payment's orders. $1: payment id. */
export const readRefunds = {
  name: 'read-refunds',
  text: `SELECT id, payment_id AS "paymentId", refund_amount AS "refundMinor", tip_refund_amount AS "tipMinor",
           tax_refund_amount AS "taxMinor", order_amounts AS "orderAmounts",
           status, refund_id AS "processorRefundId", reason, attempt, reduces_bill AS "reducesBill"
         FROM payment_refunds WHERE payment_id = $1 ORDER BY created_at, id`,
};

/**
 * The same refund asked for a moment ago, unless it failed: the database's clock, as many nodes ask. Read it under the lock of
 * the payment's orders. $1: payment id; $2: amount; $3: reason; $4: seconds.
 */
export const readSameRefund = {
  name: 'read-same-refund',
  text: `SELECT id AS "refundId" FROM payment_refunds
         WHERE payment_id = $1 AND refund_amount = $2 AND reason = $3 AND status <> 'FAILED'
           AND created_at > now() - make_interval(secs => $4) ORDER BY id DESC LIMIT 1`,
};

/** The newest refund that did not fail of each payment. $1: payment ids. */
export const readNewestRefunds = {
  name: 'read-newest-refunds',
  text: `SELECT DISTINCT ON (payment_id) id, payment_id AS "paymentId", reason FROM payment_refunds
         WHERE payment_id = ANY ($1::uuid[]) AND status <> 'FAILED' ORDER BY payment_id, id DESC`,
};

export const insertRefund = {
  name: 'insert-refund',
  text: `INSERT INTO payment_refunds (id, payment_id, refund_amount, tip_refund_amount, tax_refund_amount,
           order_amounts, reason, status, refund_id, requested_by, restaurant_id, reduces_bill)
         VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, 'PROCESSING', $8, $9, $10, $11)`,
};

/** Why the processor refused to make the refund at all; no row: it did not. $1: refund id. */
export const readRefusedRefund = {
  name: 'read-refused-refund',
  text: `SELECT failure_reason AS "reason" FROM payment_refunds WHERE id = $1 AND status = 'FAILED' AND refund_id IS NULL`,
};

/** What failed, and whether the work on it is another case's: of the system's own refunds, and of a cancelled split. $1: refund id. */
export const readFailedRefund = {
  name: 'read-failed-refund',
  text: `SELECT r.refund_amount AS "refundMinor",
           coalesce(r.requested_by LIKE 'system:%', FALSE) OR coalesce(g.state IN ('CANCELLING', 'CANCELLED'), FALSE) AS "isCaseOfOthers"
         FROM payment_refunds r JOIN payments p ON p.id = r.payment_id LEFT JOIN split_groups g ON g.id = p.split_group_id
         WHERE r.id = $1`,
};

/** $2: status; $3: the processor's id; $4: why it failed. */
export const updateRefund = {
  name: 'update-refund',
  text: `UPDATE payment_refunds SET status = $2::text, refund_id = coalesce(refund_id, $3), failure_reason = $4,
           processed_at = CASE WHEN $2::text = 'PROCESSING' THEN processed_at ELSE now() END
         WHERE id = $1`,
};

/**
 * Money that went back ($2, tip $3; negative: a refund failed later), and per order ($4): all of it ($5), and what of it is
 * tax ($6) and the order's tip ($7). $1: payment id.
 */
export const addRefunded = {
  name: 'add-refunded',
  text: `WITH orders AS (
           UPDATE payment_allocations a SET refunded_amount = a.refunded_amount + d.amount,
             refunded_tax_amount = a.refunded_tax_amount + d.tax, refunded_tip_amount = a.refunded_tip_amount + d.tip
           FROM unnest($4::text[], $5::int[], $6::int[], $7::int[]) AS d (order_id, amount, tax, tip)
           WHERE a.payment_id = $1 AND a.order_id = d.order_id)
         UPDATE payments SET refunded_amount = refunded_amount + $2::int, tip_refund_amount = tip_refund_amount + $3::int
         WHERE id = $1`,
};

/** What of the refund paid over-collected money back, known once it moves. $1: refund id. */
export const setRefundCredit = {
  name: 'set-refund-credit',
  text: 'UPDATE payment_refunds SET guest_credit_amount = $2 WHERE id = $1',
};

/** What this refund took off its orders' bills so far. $1: refund id. */
export const readAdjustments = {
  name: 'read-order-adjustments',
  text: `SELECT order_id AS "orderId", sum(subtotal_amount)::int AS "subtotalMinor", sum(tax_amount)::int AS "taxMinor",
           sum(tip_amount)::int AS "tipMinor"
         FROM order_adjustments WHERE refund_id = $1 GROUP BY order_id`,
};

/** Changes bills by a refund ($1), order by order; under the orders' lock. $2..$6: new ids, orders, subtotals, taxes, tips. */
export const adjustOrders = {
  name: 'adjust-orders',
  text: `WITH given AS (
           SELECT * FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::int[]) AS g (id, order_id, subtotal, tax, tip)
         ), kept AS (
           INSERT INTO order_adjustments (id, order_id, refund_id, subtotal_amount, tax_amount, tip_amount)
           SELECT id, order_id, $1, subtotal, tax, tip FROM given)
         UPDATE order_payment_states s SET adjusted_subtotal_amount = s.adjusted_subtotal_amount + g.subtotal,
           adjusted_tax_amount = s.adjusted_tax_amount + g.tax, adjusted_tip_amount = s.adjusted_tip_amount + g.tip
         FROM given g WHERE s.order_id = g.order_id`,
};

/** Card refunds whose call ended unknown or was abandoned. $1: limit, $2: age in seconds. */
export const takeUnfinishedRefunds = {
  name: 'take-unfinished-refunds',
  text: `UPDATE payment_refunds SET checked_at = now() WHERE id IN (
           SELECT id FROM payment_refunds
           WHERE status = 'PROCESSING' AND refund_id IS NULL AND created_at < now() - make_interval(secs => $2)
             AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2))
           ORDER BY checked_at NULLS FIRST, created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, payment_id AS "paymentId"`,
};

/** Gives taken refunds back that this node did not get to. $1: refund ids. */
export const handBackRefunds = {
  name: 'hand-back-refunds',
  text: 'UPDATE payment_refunds SET checked_at = NULL WHERE id = ANY ($1::uuid[])',
};

/**
 * A stored error is the key's answer for ever: the next try needs a new key. Only after the attempt that met it ($2), as a
 * late answer must not use up the key that somebody else is trying now. $1: refund id.
 */
export const nextRefundAttempt = {
  name: 'next-refund-attempt',
  text: 'UPDATE payment_refunds SET attempt = attempt + 1 WHERE id = $1 AND attempt = $2',
};

/** The processor refused the refund. Answers no row when it went through after all, told by somebody else. $2: why. */
export const refuseRefund = {
  name: 'refuse-refund',
  text: `UPDATE payment_refunds SET status = 'FAILED', failure_reason = $2, processed_at = now()
         WHERE id = $1 AND status = 'PROCESSING' AND refund_id IS NULL RETURNING id`,
};
