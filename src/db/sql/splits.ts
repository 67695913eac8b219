import { LEFT_COLUMNS, LEFT_JOIN } from './payment-left';

/** Fixed groups. A group's row is locked after the orders that its shares cover, never before (docs/adr/0001). */

export const insertSplitGroup = {
  name: 'insert-split-group',
  text: `INSERT INTO split_groups (id, restaurant_id, order_id, table_session_id, currency, total_amount, fingerprint, created_by,
           created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
};

/** $1: group, $2: its row's id, $3: payment, $4: guest's public id, user or $2, $5: name, $6: e-mail, $7: part, $8: own tip, $9: now. */
export const insertSplitParticipant = {
  name: 'insert-split-participant',
  text: `INSERT INTO split_payment_participants (split_group_id, id, payment_id, participant_id, participant_name,
           participant_email, amount, tip_amount, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

/** An open group that the same request made. $1: first order, $2: who made it, $3: fingerprint of the request. */
export const findOpenSplitGroup = {
  name: 'find-open-split-group',
  text: `SELECT id FROM split_groups
         WHERE state = 'OPEN' AND order_id = ANY ($1::text[]) AND created_by = $2 AND fingerprint = $3
         ORDER BY id DESC LIMIT 1`,
};

/** Who sits at a table. $1: table session. */
export const readSeatedGuests = {
  name: 'read-seated-guests',
  text: `SELECT id AS "guestSessionId", public_id AS "publicId", user_id AS "userId", name
         FROM guest_sessions WHERE table_session_id = $1 AND left_at IS NULL`,
};

/** Locks the orders that the shares of a group cover, in id order. $1: group. */
export const lockOrdersOfGroup = {
  name: 'lock-orders-of-split-group',
  text: `SELECT o.id FROM orders o
         WHERE o.id IN (SELECT a.order_id FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
                        WHERE p.split_group_id = $1)
         ORDER BY o.id FOR NO KEY UPDATE`,
};

/** The same, found by one of its payments. $1: payment. */
export const lockOrdersOfGroupOf = {
  name: 'lock-orders-of-split-group-of-payment',
  text: `SELECT o.id FROM orders o
         WHERE o.id IN (SELECT a.order_id FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
                        WHERE p.split_group_id = (SELECT split_group_id FROM payments WHERE id = $1))
         ORDER BY o.id FOR NO KEY UPDATE`,
};

/** Locks a group: two shares need not cover a common order. $1: group. */
export const lockSplitGroup = {
  name: 'lock-split-group',
  text: `SELECT id, restaurant_id AS "restaurantId", order_id AS "orderId",
           (SELECT array_agg(DISTINCT a.order_id::text ORDER BY a.order_id::text) FROM payment_allocations a
            JOIN payments p ON p.id = a.payment_id WHERE p.split_group_id = split_groups.id) AS "orderIds",
           table_session_id AS "tableSessionId", currency,
           total_amount AS "totalMinor", state, created_by AS "createdBy", cancelled_at AS "cancelledAt",
           cancelled_by AS "cancelledBy", cancel_reason AS "cancelReason", pending_change AS "pendingChange"
         FROM split_groups WHERE id = $1 FOR NO KEY UPDATE`,
};

/** Brings a participant's row up to what its payment says. $1: payment. Answers the row. */
export const followSplitPayment = {
  name: 'follow-split-payment',
  text: `UPDATE split_payment_participants s SET status = p.status, amount = part.amount, tip_amount = p.total_amount - part.amount
         FROM payments p, LATERAL (
           SELECT sum(a.subtotal_amount + a.tax_amount + a.tip_amount)::int AS amount
           FROM payment_allocations a WHERE a.payment_id = p.id) part
         WHERE s.payment_id = p.id AND p.id = $1
         RETURNING s.id AS "participantId", s.amount AS "amountMinor", s.tip_amount AS "tipMinor"`,
};

/**
 * The shares of a group in the order in which they were named, each with what is left of its payment (payment-left.ts).
 * `refundedMinor`: of its part of the bill; `refundFailed`: giving it back for the group failed. $1: group.
 */
export const readSplitShares = {
  name: 'read-split-shares',
  text: `SELECT s.id AS "participantId", p.id AS "paymentId", p.payer_key AS "payerKey", a.amount AS "amountMinor",
           a.refunded AS "refundedMinor", ${LEFT_COLUMNS}, r.failed_for_split AS "refundFailed",
           p.session_id AS "guestSessionId", p.customer_id AS "customerId", s.participant_email AS email
         FROM split_payment_participants s
         JOIN payments p ON p.id = s.payment_id
         CROSS JOIN LATERAL (
           SELECT sum(subtotal_amount + tax_amount + tip_amount)::int AS amount, sum(refunded_amount)::int AS refunded
           FROM payment_allocations WHERE payment_id = p.id) a
         ${LEFT_JOIN}
         WHERE s.split_group_id = $1 ORDER BY s.id`,
};

/** $1: group, $2: state, $3: now. */
export const setSplitState = {
  name: 'set-split-state',
  text: `UPDATE split_groups SET state = $2::text, updated_at = $3,
           completed_at = CASE WHEN $2::text = 'COMPLETED' THEN coalesce(completed_at, $3) ELSE completed_at END,
           cancelled_at = CASE WHEN $2::text = 'CANCELLED' THEN coalesce(cancelled_at, $3) ELSE cancelled_at END
         WHERE id = $1`,
};

/** $1: group, $2: who, $3: why, $4: now. checked_at: the caller is at it, the janitor need not look yet. */
export const startCancellingSplit = {
  name: 'start-cancelling-split',
  text: `UPDATE split_groups SET state = 'CANCELLING', cancelled_by = $2, cancel_reason = $3, checked_at = now(), updated_at = $4
         WHERE id = $1`,
};

/** Groups whose cancelling a crash or a lost answer left unfinished. $1: limit, $2: seconds between two looks. */
export const takeCancellingSplits = {
  name: 'take-cancelling-splits',
  text: `UPDATE split_groups SET checked_at = now() WHERE id IN (
           SELECT id FROM split_groups
           WHERE state = 'CANCELLING' AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2))
           ORDER BY checked_at NULLS FIRST LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
};

/** Gives taken groups back that this node did not get to. $1: group ids. */
export const handBackSplits = {
  name: 'hand-back-splits',
  text: 'UPDATE split_groups SET checked_at = NULL WHERE id = ANY ($1::uuid[])',
};

/** Keeps a change of shares until it has ended. $1: group, $2: the change. */
export const startSplitChange = {
  name: 'start-split-change',
  text: 'UPDATE split_groups SET pending_change = $2::jsonb, change_touched_at = now() WHERE id = $1',
};

/**
 * The group still has this very change: of the operation with this scope ($2) and key ($3), and itself or its putting back ($4).
 * Whoever comes late finds another one, or none.
 */
const IS_THIS_CHANGE = `pending_change->'operation'->>'scope' = $2::text AND pending_change->'operation'->>'key' = $3::text
           AND (pending_change->'refused' IS NOT NULL) = $4::boolean`;

/** A change that failed becomes its putting back, once. $1: group, $2 to $4: IS_THIS_CHANGE, $5: the putting back. Null: it is over. */
export const giveUpSplitChange = {
  name: 'give-up-split-change',
  text: `UPDATE split_groups SET pending_change = $5::jsonb, change_touched_at = now()
         WHERE id = $1 AND ${IS_THIS_CHANGE} RETURNING id`,
};

/** Null: no change is under way. $1: group. */
export const readSplitChange = {
  name: 'read-split-change',
  text: 'SELECT 1 FROM split_groups WHERE id = $1 AND pending_change IS NOT NULL',
};

/** Somebody is at it: the janitor need not look yet. $1: group, $2 to $4: IS_THIS_CHANGE. Null: it is over. */
export const touchSplitChange = {
  name: 'touch-split-change',
  text: `UPDATE split_groups SET change_touched_at = now() WHERE id = $1 AND ${IS_THIS_CHANGE} RETURNING id`,
};

/** $1: group, $2 to $4: IS_THIS_CHANGE. Null: it was over before. */
export const endSplitChange = {
  name: 'end-split-change',
  text: `UPDATE split_groups SET pending_change = NULL, change_touched_at = NULL WHERE id = $1 AND ${IS_THIS_CHANGE} RETURNING id`,
};

/** Groups with a change of shares that nobody is at any more. $1: limit, $2: seconds since somebody was. */
export const takePendingSplitChanges = {
  name: 'take-pending-split-changes',
  text: `UPDATE split_groups SET change_touched_at = now() WHERE id IN (
           SELECT id FROM split_groups
           WHERE pending_change IS NOT NULL AND change_touched_at < now() - make_interval(secs => $2)
           ORDER BY change_touched_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, state, pending_change AS "pendingChange"`,
};

/** Gives taken changes back that this node did not get to. $1: group ids. */
export const handBackSplitChanges = {
  name: 'hand-back-split-changes',
  text: `UPDATE split_groups SET change_touched_at = '-infinity' WHERE id = ANY ($1::uuid[]) AND pending_change IS NOT NULL`,
};
