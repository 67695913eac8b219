/**
 * Drawer sessions. A row of drawer_sessions is locked last: after the orders of a cash payment or refund, or alone. So who
 * closes a drawer waits for cash that is being taken, and the other way round, and nobody waits in a circle.
 */

/** Answers no row when a drawer of the restaurant is open. $1..$7: id, restaurant, currency, day, float, now, who. */
export const insertDrawer = {
  name: 'insert-drawer-session',
  text: `INSERT INTO drawer_sessions (id, restaurant_id, currency, business_day, float_amount, opened_at, opened_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (restaurant_id) WHERE closed_at IS NULL DO NOTHING RETURNING id`,
};

/**
 * Puts a movement into the restaurant's open drawer, which cannot be closed meanwhile; answers no row when none is open.
 * $1..$9: id, restaurant, currency, kind, signed amount, payment, refund, reason, who; $10: now.
 */
export const insertMovement = {
  name: 'insert-drawer-movement',
  text: `WITH drawer AS (
           SELECT id FROM drawer_sessions WHERE restaurant_id = $2 AND currency = $3 AND closed_at IS NULL FOR SHARE)
         INSERT INTO drawer_movements (id, drawer_session_id, kind, amount, payment_id, refund_id, reason, moved_by, moved_at)
         SELECT $1::uuid, drawer.id, $4::text, $5::int, $6::uuid, $7::uuid, $8::text, $9::text, $10::timestamptz FROM drawer
         RETURNING drawer_session_id AS "drawerId"`,
};

/** Locks the open drawer for closing: waits for those who put cash into it. $1: restaurant id. */
export const lockOpenDrawer = {
  name: 'lock-open-drawer',
  text: `SELECT id, currency, float_amount AS "floatMinor" FROM drawer_sessions
         WHERE restaurant_id = $1 AND closed_at IS NULL FOR NO KEY UPDATE`,
};

/** What moved, in sum. Read it after locking. $1: drawer session id. */
export const sumMovements = {
  name: 'sum-drawer-movements',
  text: 'SELECT coalesce(sum(amount), 0)::bigint AS "movedMinor" FROM drawer_movements WHERE drawer_session_id = $1',
};

/** $1: drawer session id; $2..$6: now, who, expected, counted, difference. */
export const closeDrawerSession = {
  name: 'close-drawer-session',
  text: `UPDATE drawer_sessions SET closed_at = $2, closed_by = $3, expected_amount = $4, counted_amount = $5,
           difference_amount = $6 WHERE id = $1`,
};

const VIEW = `
SELECT d.id, d.restaurant_id AS "restaurantId", d.currency, d.business_day::text AS "businessDay",
  CASE WHEN d.closed_at IS NULL THEN 'OPEN' ELSE 'CLOSED' END AS status, d.float_amount AS "floatMinor",
  coalesce(m.cash_payments, 0)::bigint AS "cashPaymentsMinor", coalesce(m.cash_refunds, 0)::bigint AS "cashRefundsMinor",
  coalesce(m.pay_ins, 0)::bigint AS "payInsMinor", coalesce(m.pay_outs, 0)::bigint AS "payOutsMinor",
  (d.float_amount + coalesce(m.moved, 0))::bigint AS "expectedMinor", d.counted_amount AS "countedMinor",
  d.difference_amount AS "differenceMinor", d.opened_at AS "openedAt", d.opened_by AS "openedBy",
  d.closed_at AS "closedAt", d.closed_by AS "closedBy", coalesce(m.moves, '[]') AS movements
FROM drawer_sessions d LEFT JOIN LATERAL (
  SELECT sum(amount) AS moved,
    sum(amount) FILTER (WHERE kind = 'CASH_PAYMENT') AS cash_payments,
    -sum(amount) FILTER (WHERE kind = 'CASH_REFUND') AS cash_refunds,
    sum(amount) FILTER (WHERE kind = 'PAY_IN') AS pay_ins,
    -sum(amount) FILTER (WHERE kind = 'PAY_OUT') AS pay_outs,
    json_agg(json_build_object('id', id, 'kind', kind, 'amountMinor', abs(amount), 'reason', reason, 'movedBy', moved_by,
      'movedAt', moved_at) ORDER BY moved_at, id) FILTER (WHERE kind IN ('PAY_IN', 'PAY_OUT')) AS moves
  FROM drawer_movements WHERE drawer_session_id = d.id) m ON TRUE`;

export const readOpenDrawer = {
  name: 'read-open-drawer',
  text: `${VIEW} WHERE d.restaurant_id = $1 AND d.closed_at IS NULL`,
};

export const readDrawer = { name: 'read-drawer', text: `${VIEW} WHERE d.id = $1` };

/** Newest first. $1: restaurant; $2: older than this id, or null; $3: limit. */
export const listDrawerSessions = {
  name: 'list-drawer-sessions',
  text: `${VIEW} WHERE d.restaurant_id = $1 AND ($2::uuid IS NULL OR d.id < $2::uuid) ORDER BY d.id DESC LIMIT $3`,
};
