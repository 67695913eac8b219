/** A session (`s`) has the currency of its orders, whatever its restaurant (`r`) charges in by now (decision 14). */
export const SESSION_CURRENCY = `coalesce((SELECT x.currency FROM orders x WHERE x.table_session_id = s.id
  ORDER BY x.round_number, x.placed_at, x.id LIMIT 1), r.currency)`;

/** A session as its own rules need it: `expiresAt` counts extensions. $1: table session, $2: now. */
export const readTableSession = {
  name: 'read-table-session',
  text: `SELECT s.id AS "tableSessionId", s.restaurant_id AS "restaurantId", s.table_id AS "tableId", s.code, s.status,
           ${SESSION_CURRENCY} AS currency, greatest(s.expires_at, s.extended_until) AS "expiresAt", s.created_at AS "createdAt",
           s.closed_at AS "closedAt", s.updated_at AS "updatedAt",
           s.status = 'CLOSED' OR greatest(s.expires_at, s.extended_until) <= $2::timestamptz AS "isOver"
         FROM table_sessions s JOIN restaurants r ON r.id = s.restaurant_id WHERE s.id = $1`,
};

/**
 * Half an hour more, from the end or, once that is past, from now. Beside the platform's own time, which a sync replaces:
 * the later of both counts. Answers no row for a closed session. $1: table session, $2: now.
 */
export const extendSession = {
  name: 'extend-table-session',
  text: `UPDATE table_sessions SET extended_until = greatest(expires_at, extended_until, $2::timestamptz) + interval '30 minutes',
           updated_at = now()
         WHERE id = $1 AND status <> 'CLOSED' RETURNING extended_until AS "expiresAt", status::text`,
};

/** Ends a session. Answers no row for one that is closed already. $1: table session, $2: now. */
export const closeSession = {
  name: 'close-table-session',
  text: `UPDATE table_sessions SET status = 'CLOSED', closed_at = $2, updated_at = now()
         WHERE id = $1 AND status <> 'CLOSED' RETURNING closed_at AS "closedAt"`,
};
