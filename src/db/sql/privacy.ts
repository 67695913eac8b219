/**
 * Forgetting a person: the books stay, by id; what says who it was goes. Every statement may run again. Payments are locked in id
 * order and without their orders, which no statement here takes.
 */

const TRACES = `
SELECT (SELECT coalesce(array_agg(id), '{}') FROM guests) AS "guestIds",
  (SELECT coalesce(array_agg(label), '{}') FROM labels) AS labels,
  (SELECT coalesce(array_agg(DISTINCT table_session_id), '{}') FROM guests) AS "tableSessionIds",
  (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM paid) AS "paymentIds",
  (SELECT coalesce(array_agg(id), '{}') FROM (
     SELECT id FROM divided
     UNION SELECT p.split_group_id FROM paid JOIN payments p ON p.id = paid.id WHERE p.split_group_id IS NOT NULL) s) AS "splitGroupIds"`;

/** `account`: who is signed in at a table acts by the account there. */
const GUESTS = `SELECT id, table_session_id, 'guest:' || public_id AS label, 'user:' || user_id AS account FROM guest_sessions`;

const LABELS_OF_GUESTS =
  'SELECT label FROM guests UNION SELECT account FROM guests WHERE account IS NOT NULL';

/** Splits that a guest made or called off: found by their table. */
const DIVIDED_AS_GUEST = `SELECT s.id, s.created_by IN (g.label, g.account) AS "isMaker"
  FROM guests g JOIN payments p ON p.table_session_id = g.table_session_id JOIN split_groups s ON s.id = p.split_group_id
  WHERE (s.created_by IN (g.label, g.account) OR s.cancelled_by IN (g.label, g.account)) AND s.created_at <= $2`;

/** The same of an account: its splits need no table, nor a payment of its own. Reads all groups, which are few beside payments. */
const DIVIDED_AS_CUSTOMER = `SELECT id, created_by = 'user:' || $1 AS "isMaker" FROM split_groups
  WHERE 'user:' || $1 IN (created_by, cancelled_by) AND created_at <= $2`;

const PAID_AS_GUEST = `SELECT p.id FROM guests g JOIN payments p ON p.table_session_id = g.table_session_id
    AND (p.session_id = g.id OR p.payer_key IN ('guest:' || g.id, g.account))
  WHERE p.created_at <= $2`;

/** Shares that are nobody's seat: nobody can sign in as their payer, only who made the split can pay them (splits/read-group.ts). */
const PAID_FOR_NOBODYS_SEAT = `SELECT p.id FROM divided d JOIN payments p ON p.split_group_id = d.id
  WHERE d."isMaker" AND p.session_id IS NULL AND p.customer_id IS NULL AND p.created_at <= $2`;

/** What a guest of a table has left, up to a moment; no row: unknown. $1: public id; $2: moment. */
export const readGuestTraces = {
  name: 'read-guest-traces',
  text: `WITH guests AS (${GUESTS} WHERE public_id = $1::uuid), labels AS (${LABELS_OF_GUESTS}), divided AS (${DIVIDED_AS_GUEST}),
         paid AS (${PAID_AS_GUEST} UNION ${PAID_FOR_NOBODYS_SEAT})
         ${TRACES}, NULL AS "userId" WHERE EXISTS (SELECT FROM guests)`,
};

/** The same of an account, as itself and as a guest. $1: user; $2: moment. */
export const readCustomerTraces = {
  name: 'read-customer-traces',
  text: `WITH guests AS (${GUESTS} WHERE user_id = $1), labels AS (${LABELS_OF_GUESTS} UNION SELECT 'user:' || $1),
         divided AS (${DIVIDED_AS_GUEST} UNION ${DIVIDED_AS_CUSTOMER}),
         paid AS (${PAID_AS_GUEST} UNION ${PAID_FOR_NOBODYS_SEAT}
           UNION SELECT id FROM payments WHERE customer_id = $1 AND created_at <= $2)
         ${TRACES}, id AS "userId" FROM users WHERE id = $1`,
};

/** The same of somebody known by one payment alone. $1: payment; $2: moment. */
export const readPaymentTraces = {
  name: 'read-payment-traces',
  text: `WITH guests AS (${GUESTS} WHERE FALSE), labels AS (${LABELS_OF_GUESTS}),
         divided AS (SELECT id FROM split_groups WHERE FALSE),
         paid AS (SELECT id FROM payments WHERE id = $1::uuid AND created_at <= $2)
         ${TRACES}, NULL AS "userId" WHERE EXISTS (SELECT FROM paid)`,
};

/** $1: type, $2: id, $3: actor, $4: when. Asked again, the first one stands. */
export const insertErasure = {
  name: 'insert-privacy-erasure',
  text: `INSERT INTO privacy_erasures (subject_type, subject_id, requested_by, requested_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subject_type, subject_id) DO UPDATE SET requested_at = excluded.requested_at, applied_at = NULL`,
};

/** $1: type, $2: id. */
export const readErasure = {
  name: 'read-privacy-erasure',
  text: `SELECT subject_type AS "subjectType", subject_id AS "subjectId", requested_at AS "requestedAt", applied_at AS "appliedAt"
         FROM privacy_erasures WHERE subject_type = $1 AND subject_id = $2`,
};

/** $1: type, $2: id, $3: when. */
export const setErasureApplied = {
  name: 'set-privacy-erasure-applied',
  text: 'UPDATE privacy_erasures SET applied_at = $3 WHERE subject_type = $1 AND subject_id = $2',
};

/** To be gone through: not finished yet, or not lately. $1: asked for after; $2: last gone through before; $3: limit. */
export const readDueErasures = {
  name: 'read-due-privacy-erasures',
  text: `SELECT subject_type AS "subjectType", subject_id AS "subjectId", requested_at AS "requestedAt"
         FROM privacy_erasures WHERE applied_at IS NULL OR (applied_at < $2 AND requested_at > $1)
         ORDER BY applied_at NULLS FIRST LIMIT $3`,
};

/** Whether somebody works for a restaurant. $1: user. */
export const readAnyMembership = {
  name: 'read-any-membership',
  text: 'SELECT EXISTS (SELECT 1 FROM memberships WHERE user_id = $1) AS "isMember"',
};

/** $1: guests. */
export const forgetGuests = {
  name: 'forget-guests',
  text: 'UPDATE guest_sessions SET name = NULL WHERE id = ANY ($1::text[]) AND name IS NOT NULL',
};

/** Under the lock of the user's row. $1: user. */
export const forgetUser = {
  name: 'forget-user',
  text: `WITH known AS (SELECT email FROM users WHERE id = $1 UNION SELECT email FROM login_people WHERE user_id = $1),
         verifications AS (DELETE FROM login_verifications v USING known k WHERE lower(v.identifier) = lower(k.email)),
         people AS (DELETE FROM login_people WHERE user_id = $1)
         UPDATE users SET email = NULL, name = NULL, updated_at = now() WHERE id = $1 AND (email, name) IS DISTINCT FROM (NULL, NULL)`,
};

/** Cards that are still to be removed. $1: user; $2: saved until. */
export const readKeptCards = {
  name: 'read-kept-cards',
  text: 'SELECT id FROM payment_methods WHERE customer_id = $1 AND is_active AND created_at <= $2 ORDER BY id',
};

/** What cards looked like. Their ids stay until the processor has let go of them. $1: user. */
export const forgetCards = {
  name: 'forget-cards',
  text: `UPDATE payment_methods SET card_brand = NULL, card_last4 = NULL, card_exp_month = NULL, card_exp_year = NULL
         WHERE customer_id = $1 AND NOT is_active`,
};

/** $1: payments. */
export const forgetPayments = {
  name: 'forget-payments',
  text: `UPDATE payments SET card_last4 = NULL, metadata = NULL WHERE id IN (
           SELECT id FROM payments WHERE id = ANY ($1::uuid[]) AND (card_last4 IS NOT NULL OR metadata IS NOT NULL)
           ORDER BY id FOR NO KEY UPDATE)`,
};

/** What people wrote; codes such as requested_by_customer stay. $1: payments. */
export const forgetRefundReasons = {
  name: 'forget-refund-reasons',
  text: `UPDATE payment_refunds SET reason = 'erased' WHERE payment_id = ANY ($1::uuid[]) AND reason !~ '^[a-z_]+$'`,
};

/** $1: payments. */
export const forgetParticipants = {
  name: 'forget-participants',
  text: `UPDATE split_payment_participants SET participant_name = NULL, participant_email = NULL
         WHERE payment_id = ANY ($1::uuid[]) AND (participant_name IS NOT NULL OR participant_email IS NOT NULL)`,
};

/** What was given back because a split was called off says why, too. $1: groups. */
export const forgetSplitRefundReasons = {
  name: 'forget-split-refund-reasons',
  text: `UPDATE payment_refunds SET reason = 'erased'
         WHERE payment_id IN (SELECT id FROM payments WHERE split_group_id = ANY ($1::uuid[]))
           AND requested_by = 'system:split-cancel' AND reason !~ '^[a-z_]+$'`,
};

/** Why splits were called off, with the copies of it at each share; and the person's browser at shares of others. $1: groups; $2: labels. */
export const forgetSplits = {
  name: 'forget-splits',
  text: `WITH shares AS (
           SELECT id FROM payments WHERE split_group_id = ANY ($1::uuid[])
         ), audit AS (
           SELECT a.id, a.actor = ANY ($2::text[]) AS "isTheirs" FROM shares s JOIN payment_audit_log a ON a.payment_id = s.id
         ), clients AS (
           DELETE FROM payment_audit_clients WHERE audit_id IN (SELECT id FROM audit WHERE "isTheirs")
         ), notes AS (
           UPDATE payment_audit_clients SET note = NULL
           WHERE note IS NOT NULL AND audit_id IN (SELECT id FROM audit WHERE NOT "isTheirs")
         )
         UPDATE split_groups SET cancel_reason = NULL WHERE id = ANY ($1::uuid[]) AND cancel_reason IS NOT NULL`,
};

/** Addresses, browsers and notes of the payments' whole history. $1: payments. */
export const forgetAuditClients = {
  name: 'forget-audit-clients',
  text: `DELETE FROM payment_audit_clients WHERE audit_id IN (
           SELECT id FROM payment_audit_log WHERE payment_id = ANY ($1::uuid[]))`,
};

/** The same of what the person did with payments of others at their table. $1: tables' sessions; $2: labels. */
export const forgetAuditClientsAtTables = {
  name: 'forget-audit-clients-at-tables',
  text: `DELETE FROM payment_audit_clients WHERE audit_id IN (
           SELECT a.id FROM payments p JOIN payment_audit_log a ON a.payment_id = p.id
           WHERE p.table_session_id = ANY ($1::text[]) AND a.actor = ANY ($2::text[]))`,
};

/** Mails to the person: sent ones lose the address, others are not sent. $1: payments; $2: user, or null. */
export const forgetNotifications = {
  name: 'forget-notifications',
  text: `UPDATE notifications SET recipient_email = NULL, address_key = NULL, last_error = NULL,
           state = CASE WHEN state = 'DUE' THEN 'SKIPPED' ELSE state END
         WHERE payment_id = ANY ($1::uuid[]) AND (recipient_user_id IS NULL OR recipient_user_id = $2::text)`,
};

/** What the restaurant wrote to the bank about them, once it is sent. $1: payments. */
export const forgetEvidence = {
  name: 'forget-dispute-evidence',
  text: `UPDATE dispute_evidence SET texts = '{}', files = '[]', failure_reason = NULL
         WHERE state <> 'SENDING' AND dispute_id IN (SELECT id FROM disputes WHERE payment_id = ANY ($1::uuid[]))`,
};

/** What people wrote about discrepancies of theirs; that they did something stays. $1: payments. */
export const forgetDiscrepancyWords = {
  name: 'forget-discrepancy-words',
  text: `UPDATE discrepancy_actions SET reason = 'erased' WHERE reason IS NOT NULL AND reason <> 'erased' AND discrepancy_id IN (
           SELECT id FROM discrepancies WHERE payment_id = ANY ($1::uuid[]))`,
};

/** How the processor's events name what is the person's: also charges that were declined, by the intents' own events. $1: payments; $2: user, or null. */
export const readProcessorIds = {
  name: 'read-processor-ids-of-person',
  text: `
WITH known AS (
  SELECT unnest(ARRAY[payment_intent_id, stripe_charge_id]) AS id FROM payments WHERE id = ANY ($1::uuid[])
  UNION SELECT refund_id FROM payment_refunds WHERE payment_id = ANY ($1::uuid[])
  UNION SELECT unnest(ARRAY[id, charge_id]) FROM disputes WHERE payment_id = ANY ($1::uuid[])
  UNION SELECT stripe_payment_method_id FROM payment_methods WHERE customer_id = $2::text
  UNION SELECT stripe_customer_id FROM users WHERE id = $2::text
)
SELECT id FROM known WHERE id IS NOT NULL
UNION
SELECT w.payload #>> '{data,object,latest_charge}' FROM known k JOIN webhook_events e ON e.object_id = k.id
JOIN webhook_payloads w ON w.event_id = e.event_id WHERE w.payload #>> '{data,object,latest_charge}' LIKE 'ch\\_%'`,
};

/** Payloads of events about these objects, after an event. $1: object ids; $2: event id; $3: limit. */
export const readPayloadsOf = {
  name: 'read-webhook-payloads-of',
  text: `SELECT p.event_id AS "eventId", p.payload FROM webhook_events e JOIN webhook_payloads p ON p.event_id = e.event_id
         WHERE e.object_id = ANY ($1::text[]) AND p.event_id > $2 ORDER BY p.event_id LIMIT $3`,
};

/** $1: event ids; $2: their payloads. */
export const replacePayloads = {
  name: 'replace-webhook-payloads',
  text: `UPDATE webhook_payloads p SET payload = n.payload::jsonb FROM unnest($1::text[], $2::text[]) AS n (event_id, payload)
         WHERE p.event_id = n.event_id`,
};
