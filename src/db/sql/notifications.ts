/** One mail per fact: a known fact key changes nothing. Due at once, on the clock that all nodes share. */
export const insertNotification = {
  name: 'insert-notification',
  text: `INSERT INTO notifications (id, kind, fact_key, restaurant_id, payment_id, recipient_user_id, recipient_email,
           details, opt_out_token, next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, now()) ON CONFLICT (fact_key) DO NOTHING`,
};

/** The people of a restaurant who have an address. $1: restaurant. */
export const readMembersToTell = {
  name: 'read-members-to-tell',
  text: `SELECT u.id AS "userId" FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.restaurant_id = $1 AND u.email IS NOT NULL ORDER BY u.id`,
};

/** The address that was given for who pays a share. $1: payment. */
export const readParticipantToTell = {
  name: 'read-participant-to-tell',
  text: `SELECT participant_email AS email FROM split_payment_participants
         WHERE payment_id = $1 AND participant_email IS NOT NULL ORDER BY created_at DESC LIMIT 1`,
};

/** The address of an account. $1: user. */
export const readAddress = {
  name: 'read-address',
  text: 'SELECT email FROM users WHERE id = $1 AND email IS NOT NULL',
};

/** How often a receipt was sent again within a day. $1: payment. */
export const countResentReceipts = {
  name: 'count-resent-receipts',
  text: `SELECT count(*)::int AS count FROM payment_audit_log
         WHERE payment_id = $1 AND action = 'receipt_sent_again' AND created_at > now() - interval '1 day'`,
};

/** A link that has expired works again. $1: payment, $2: for how many days. */
export const renewReceiptLink = {
  name: 'renew-receipt-link',
  text: `UPDATE payments SET receipt_expires_at = now() + make_interval(days => $2)
         WHERE id = $1 AND receipt_expires_at <= now()`,
};

/**
 * Mails whose next try is further away than any pause lasts, left so by a clock that was wrong: due now. $1: the longest pause in
 * milliseconds.
 */
export const takeBackLateMailPauses = {
  name: 'take-back-late-mail-pauses',
  text: `UPDATE notifications SET next_attempt_at = now() WHERE id IN (
           SELECT id FROM notifications WHERE state = 'DUE' AND next_attempt_at > now() + $1 * interval '1 ms'
           FOR UPDATE SKIP LOCKED)`,
};

/** Takes one due mail and marks it before it is sent: whoever dies from here on has perhaps sent it, so nobody else does. */
export const takeDueNotification = {
  name: 'take-due-notification',
  text: `UPDATE notifications SET state = 'SENDING', attempts = attempts + 1, lease_until = now() + interval '2 minutes'
         WHERE id = (SELECT id FROM notifications WHERE state = 'DUE' AND next_attempt_at <= now()
                     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, restaurant_id AS "restaurantId", payment_id AS "paymentId", details, attempts,
           opt_out_token AS "optOutToken",
           coalesce(recipient_email, (SELECT email FROM users u WHERE u.id = recipient_user_id)) AS email`,
};

/** What a mail speaks about. $1: restaurant, $2: payment or null. */
export const readMailFacts = {
  name: 'read-mail-facts',
  text: `SELECT r.name AS "restaurantName", r.locale, r.time_zone AS "timeZone", r.currency, p.status, p.total_amount AS "totalMinor",
           p.currency AS "paymentCurrency", p.receipt_url AS "receiptUrl", p.receipt_number AS "receiptNumber",
           p.failure_reason AS "failureReason", o.order_number AS "orderNumber"
         FROM restaurants r LEFT JOIN payments p ON p.id = $2 LEFT JOIN orders o ON o.id = p.order_id WHERE r.id = $1`,
};

/** $1: id, $2: state, $3: milliseconds until the next attempt, null: none, $4: error, $5: hash of the address. */
export const finishNotification = {
  name: 'finish-notification',
  text: `UPDATE notifications SET state = $2::text, next_attempt_at = coalesce(now() + $3::float8 * interval '1 ms', next_attempt_at), last_error = $4,
           address_key = coalesce($5, address_key), sent_at = CASE WHEN $2::text = 'SENT' THEN now() END, lease_until = NULL
         WHERE id = $1 AND state = 'SENDING'`,
};

/** Mails whose sender died with them in hand: perhaps sent, so never sent again. */
export const giveUpAbandoned = {
  name: 'give-up-abandoned-notifications',
  text: `UPDATE notifications SET state = 'UNCERTAIN', lease_until = NULL, last_error = 'the sender stopped while sending'
         WHERE state = 'SENDING' AND lease_until < now() RETURNING id`,
};

/** Whether an address wants no mail of a restaurant. $1: hash of the address, $2: restaurant. */
export const readOptOut = {
  name: 'read-notification-opt-out',
  text: 'SELECT address_key FROM notification_opt_outs WHERE address_key = $1 AND restaurant_id = $2',
};

/** Whose mail carries this token. $1: token. No row: no such mail was sent. */
export const readOptOutSubject = {
  name: 'read-opt-out-subject',
  text: `SELECT n.address_key AS "addressKey", n.restaurant_id AS "restaurantId", r.name AS "restaurantName"
         FROM notifications n JOIN restaurants r ON r.id = n.restaurant_id
         WHERE n.opt_out_token = $1 AND n.address_key IS NOT NULL`,
};

/** $1: hash of the address, $2: restaurant. */
export const insertOptOut = {
  name: 'insert-notification-opt-out',
  text: `INSERT INTO notification_opt_outs (address_key, restaurant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
};
