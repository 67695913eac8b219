import { OPEN } from './open';

/** What an order has received. Read it after locking. $1: order id. */
export const readOrderReceived = {
  name: 'read-order-received',
  text: `SELECT captured_amount AS "capturedMinor", refunded_amount AS "refundedMinor" FROM order_payment_states WHERE order_id = $1`,
};

/** $1: order id, $2: its new tip. */
export const setOrderTip = {
  name: 'set-order-tip',
  text: 'UPDATE orders SET tip_amount = $2, updated_at = now() WHERE id = $1',
};

/** The payer's newest open payment that covers a part of an order. $1: payer, $2: order id. */
export const findOwnOpenPayment = {
  name: 'find-own-open-payment',
  text: `SELECT p.id FROM payments p JOIN payment_allocations a ON a.payment_id = p.id
         WHERE p.payer_key = $1 AND a.order_id = $2 AND p.status IN ${OPEN}
         ORDER BY p.created_at DESC LIMIT 1`,
};
