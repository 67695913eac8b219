import { OPEN } from './open';

/** Live split calculations. Every write happens under the lock of the session's orders (docs/adr/0001). */

const COLUMNS = `id, table_session_id AS "tableSessionId", type, participants, choices, round, first_round AS "firstRound",
  base_amount AS "baseMinor", shares, locked_by AS "lockedBy", lock_reason AS "lockReason", locked_at AS "lockedAt",
  locked_until AS "lockedUntil",  updated_by AS "updatedBy", updated_at AS "updatedAt", stamped_at AS "stampedAt"`;

/** $1: table session. */
export const readSplitCalculation = {
  name: 'read-split-calculation',
  text: `SELECT ${COLUMNS} FROM split_calculations WHERE table_session_id = $1`,
};

/** The session that an id means: its own, or that of a calculation (v2 R sends either). $1: the id. */
export const findSplitSession = {
  name: 'find-split-session',
  text: `SELECT table_session_id AS "tableSessionId" FROM split_calculations WHERE table_session_id = $1 OR id::text = lower($1)`,
};

/** $1: id of a calculation. */
export const findSessionOfCalculationId = {
  name: 'find-session-of-split-calculation',
  text: `SELECT table_session_id AS "tableSessionId" FROM split_calculations WHERE id = $1::uuid`,
};

/** $1: table session. */
export const readOrderIdsOfSession = {
  name: 'read-order-ids-of-session',
  text: 'SELECT id FROM orders WHERE table_session_id = $1 ORDER BY id',
};

/** $1: order ids. */
export const readItemsOfOrders = {
  name: 'read-items-of-orders',
  text: `SELECT order_id AS "orderId", id AS "itemId", subtotal_amount AS "subtotalMinor"
         FROM order_items WHERE order_id = ANY ($1::text[]) ORDER BY order_id, line`,
};

/** Guests of a session, those who left too. $1: table session. */
export const readSplitGuests = {
  name: 'read-split-guests',
  text: `SELECT public_id AS "publicId", is_host AS "isHost", joined_at AS "joinedAt", left_at IS NULL AS "isPresent"
         FROM guest_sessions WHERE table_session_id = $1`,
};

/** Payments of shares since the bill's first round, oldest first, each with its part of the bill. $1: calculation, $2: round. */
export const readSharePayments = {
  name: 'read-share-payments',
  text: `SELECT p.id, p.status, p.split_round AS round, g.public_id AS "guestPublicId", p.created_at AS "createdAt",
           (SELECT coalesce(sum(a.subtotal_amount + a.tax_amount + a.tip_amount), 0)::int
            FROM payment_allocations a WHERE a.payment_id = p.id) AS "amountMinor"
         FROM payments p JOIN guest_sessions g ON g.id = p.session_id
         WHERE p.split_calculation_id = $1 AND p.split_round >= $2
         ORDER BY p.created_at, p.id`,
};

/** The configuration of a round; a new one ($6 <> round) has no lock. The stamp is set with the event of it. */
export const upsertSplitCalculation = {
  name: 'upsert-split-calculation',
  text: `INSERT INTO split_calculations AS c (id, table_session_id, type, participants, choices, round, first_round,
           updated_by, updated_at, stamped_at)
         VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9, $9)
         ON CONFLICT (table_session_id) DO UPDATE SET type = excluded.type, participants = excluded.participants,
           choices = excluded.choices, round = excluded.round, first_round = excluded.first_round,
           base_amount = NULL, shares = NULL,
           locked_by = CASE WHEN c.round = excluded.round THEN c.locked_by END,
           lock_reason = CASE WHEN c.round = excluded.round THEN c.lock_reason END,
           locked_at = CASE WHEN c.round = excluded.round THEN c.locked_at END,
           locked_until = CASE WHEN c.round = excluded.round THEN c.locked_until END,
           updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
};

/** The round's first payment fixes what is split and how. $1: calculation, $2: base, $3: shares. */
export const freezeSplitRound = {
  name: 'freeze-split-round',
  text: 'UPDATE split_calculations SET base_amount = $2, shares = $3::jsonb WHERE id = $1',
};

/** $1: payment, $2: calculation, $3: round. */
export const linkSharePayment = {
  name: 'link-share-payment',
  text: 'UPDATE payments SET split_calculation_id = $2, split_round = $3 WHERE id = $1',
};

/** Sets or, with nulls, takes away the explicit hold. $1: calculation, $2..$5: guest, reason, since, until. */
export const setSplitLock = {
  name: 'set-split-lock',
  text: 'UPDATE split_calculations SET locked_by = $2, lock_reason = $3, locked_at = $4, locked_until = $5 WHERE id = $1',
};

/** Staff open the configuration again: holds of this round's payments stay behind in it. $1: calculation. */
export const leaveSplitRound = {
  name: 'leave-split-round',
  text: 'UPDATE split_calculations SET round = round + 1, base_amount = NULL, shares = NULL WHERE id = $1',
};

/** The time of its next live event: $2, or just after the last one. $1: calculation, $2: now. */
export const stampSplitCalculation = {
  name: 'stamp-split-calculation',
  text: `UPDATE split_calculations SET stamped_at = greatest($2, stamped_at + interval '1 millisecond') WHERE id = $1
         RETURNING stamped_at AS "at"`,
};

/** Sessions whose explicit hold is over and whose holder has no payment under way in the round. $1: now. */
export const findStaleSplitLocks = {
  name: 'find-stale-split-locks',
  text: `SELECT c.table_session_id AS "tableSessionId" FROM split_calculations c
         WHERE c.locked_until <= $1 AND NOT EXISTS (
           SELECT 1 FROM payments p JOIN guest_sessions g ON g.id = p.session_id
           WHERE p.split_calculation_id = c.id AND p.split_round = c.round AND g.public_id = c.locked_by
             AND p.status IN ${OPEN})
         ORDER BY c.locked_until LIMIT 500`,
};
