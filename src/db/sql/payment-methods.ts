/**
 * Saved cards. Every write happens under the lock of the account's row, which no statement takes together with the lock of
 * orders (docs/adr/0001).
 */

/** $1: user. */
export const lockUser = {
  name: 'lock-user',
  text: 'SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE',
};

/** $1: the processor's customer. */
export const lockUserOfCustomer = {
  name: 'lock-user-of-customer',
  text: 'SELECT id FROM users WHERE stripe_customer_id = $1 FOR NO KEY UPDATE',
};

/** $1: the processor's id of the card. */
export const lockUserOfMethod = {
  name: 'lock-user-of-method',
  text: `SELECT u.id FROM users u JOIN payment_methods m ON m.customer_id = u.id
         WHERE m.stripe_payment_method_id = $1 FOR NO KEY UPDATE OF u`,
};

/**
 * A card that its owner saved; the first one is the default. One that was removed stays removed, as the processor never takes
 * it back. $1: id, $2: user, $3: the processor's id, $4: type, $5: brand, $6: last four, $7, $8: expiry, $9: when.
 */
export const keepCard = {
  name: 'keep-card',
  text: `INSERT INTO payment_methods (id, customer_id, stripe_payment_method_id, type, card_brand, card_last4,
           card_exp_month, card_exp_year, created_at, is_default)
         VALUES ($1, $2::text, $3, $4, $5, $6, $7, $8, $9,
           NOT EXISTS (SELECT 1 FROM payment_methods WHERE customer_id = $2::text AND is_active AND is_default))
         ON CONFLICT (stripe_payment_method_id) DO UPDATE SET type = excluded.type, card_brand = excluded.card_brand,
           card_last4 = excluded.card_last4, card_exp_month = excluded.card_exp_month,
           card_exp_year = excluded.card_exp_year, updated_at = now()`,
};

/** The news that a card was removed, before the news that it was saved. $1: id, $2: the processor's id, $3: type. */
export const rememberRemoved = {
  name: 'remember-removed-card',
  text: `INSERT INTO payment_methods (id, stripe_payment_method_id, type, is_active) VALUES ($1, $2, $3, FALSE)
         ON CONFLICT (stripe_payment_method_id) DO NOTHING`,
};

const COLUMNS = `id, customer_id AS "customerId", stripe_payment_method_id AS "methodId", type, card_brand AS brand,
  card_last4 AS last4, card_exp_month AS "expMonth", card_exp_year AS "expYear", is_default AS "isDefault",
  is_active AS "isActive", created_at AS "createdAt"`;

/** A customer's cards, the default first, then the newest. $1: user. */
export const readCards = {
  name: 'read-cards',
  text: `SELECT ${COLUMNS} FROM payment_methods WHERE customer_id = $1 AND is_active
         ORDER BY is_default DESC, created_at DESC, id DESC`,
};

/** $1: card. */
export const readCard = { name: 'read-card', text: `SELECT ${COLUMNS} FROM payment_methods WHERE id = $1` };

/** Two statements, as one may have two defaults in the middle. $1: user, $2: the card that becomes the default. */
export const clearDefaultCard = {
  name: 'clear-default-card',
  text: `UPDATE payment_methods SET is_default = FALSE, updated_at = now()
         WHERE customer_id = $1 AND is_default AND id <> $2::uuid`,
};

/** $1: card. */
export const setDefaultCard = {
  name: 'set-default-card',
  text: 'UPDATE payment_methods SET is_default = TRUE, updated_at = now() WHERE id = $1 AND is_active',
};

/** Removed here; $2 whether the processor is still to be told. $1: card. */
export const removeCard = {
  name: 'remove-card',
  text: `UPDATE payment_methods SET is_active = FALSE, is_default = FALSE, updated_at = now(),
           detach_started_at = CASE WHEN $2::boolean THEN now() END
         WHERE id = $1`,
};

/** Without a default the newest card becomes it. $1: user. */
export const promoteNewestCard = {
  name: 'promote-newest-card',
  text: `UPDATE payment_methods SET is_default = TRUE, updated_at = now()
         WHERE id = (SELECT id FROM payment_methods WHERE customer_id = $1 AND is_active
                     ORDER BY created_at DESC, id DESC LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM payment_methods WHERE customer_id = $1 AND is_active AND is_default)`,
};

/** The processor has let go of the card. $1: card. */
export const finishDetach = {
  name: 'finish-detach',
  text: 'UPDATE payment_methods SET detach_started_at = NULL WHERE id = $1',
};

/** The next key, once the last one's answer is settled. $1: card, $2: the attempt that it was. */
export const nextDetachAttempt = {
  name: 'next-detach-attempt',
  text: 'UPDATE payment_methods SET detach_attempt = $2 + 1 WHERE id = $1 AND detach_attempt = $2',
};

/** What a detachment needs. $1: card. No row: there is nothing to do. */
export const readDetach = {
  name: 'read-detach',
  text: `SELECT stripe_payment_method_id AS "methodId", detach_attempt AS attempt FROM payment_methods
         WHERE id = $1 AND detach_started_at IS NOT NULL`,
};

/** Removed cards whose processor has not confirmed it, marked as looked at. $1: limit, $2: age in seconds. */
export const takeUnfinishedDetaches = {
  name: 'take-unfinished-detaches',
  text: `UPDATE payment_methods SET detach_started_at = now() WHERE id IN (
           SELECT id FROM payment_methods WHERE detach_started_at < now() - make_interval(secs => $2)
           ORDER BY detach_started_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
};

/** $1: the processor's id. */
export const readCardOfMethod = {
  name: 'read-card-of-method',
  text: 'SELECT id FROM payment_methods WHERE stripe_payment_method_id = $1',
};
