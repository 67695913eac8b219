/** Notes what a card payment becomes once its intent is cancelled, always over cash; NULL takes that back. $1: payment id. */
export const setPendingMethod = {
  name: 'set-pending-method',
  text: 'UPDATE payments SET pending_method = $2::payment_method_enum WHERE id = $1',
};

/** The next intent of this payment, if there will be one, needs a key of its own. A wish beyond cash stays noted. $1: payment id, $2: the new end. */
export const switchToCash = {
  name: 'switch-to-cash',
  text: `UPDATE payments SET provider = 'CASH', pending_method = nullif(pending_method, 'CASH'), creation_params = NULL,
           creation_attempt = creation_attempt + 1, expires_at = $2 WHERE id = $1`,
};

/** $1: payment id, $2: what its intent is created with, $3: the new end. */
export const switchToCard = {
  name: 'switch-to-card',
  text: `UPDATE payments SET provider = 'STRIPE', creation_params = $2::jsonb, creation_started_at = now(), expires_at = $3,
           pending_method = NULL
         WHERE id = $1`,
};
