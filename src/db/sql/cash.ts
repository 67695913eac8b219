/** Notes what a card payment becomes once its intent is cancelled, always over cash; NULL takes that back. $1: payment id. */
export const setPendingMethod = {
  name: 'set-pending-method',
  text: 'UPDATE payments SET pending_method = $2::payment_method_enum WHERE id = $1',
};

/**
 * Forgets the cancelled intent. A later intent of this payment gets a key of its own. A method noted beyond cash stays.
 * record-payment-change.ts writes method and provider. $1: payment id, $2: the new end of its hold.
 */
export const switchToCash = {
  name: 'switch-to-cash',
  text: `UPDATE payments SET pending_method = nullif(pending_method, 'CASH'), creation_params = NULL,
           creation_attempt = creation_attempt + 1, expires_at = $2 WHERE id = $1`,
};

/**
 * Prepares a cash request for an intent. record-payment-change.ts writes method and provider.
 * $1: payment id, $2: what its intent is created with, $3: the new end of its hold.
 */
export const switchToCard = {
  name: 'switch-to-card',
  text: `UPDATE payments SET creation_params = $2::jsonb, creation_started_at = now(), expires_at = $3,
           pending_method = NULL
         WHERE id = $1`,
};

/** The newest completed cash payment of an order by one payer, with its part of the bill. $1: payer, $2: order, $3: since when. */
export const findCashOfOrder = {
  name: 'find-cash-of-order',
  text: `SELECT p.id, p.total_amount AS "totalMinor",
           (SELECT sum(a.subtotal_amount + a.tax_amount + a.tip_amount)::int FROM payment_allocations a
            WHERE a.payment_id = p.id) AS "billMinor"
         FROM payments p
         WHERE p.payer_key = $1 AND p.order_id = $2 AND p.provider = 'CASH' AND p.status = 'COMPLETED' AND p.completed_at > $3
         ORDER BY p.completed_at DESC, p.id DESC LIMIT 1`,
};
