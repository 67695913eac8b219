import { OPEN } from './open';

/** Upserts of the platform's facts: a row changes only for a higher version; the answer is empty for a stale one. */
export const upsertRestaurant = {
  name: 'upsert-restaurant',
  text: `INSERT INTO restaurants AS r (id, name, currency, time_zone, closing_hour, locale, address, max_payment_amount, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone,
           closing_hour = excluded.closing_hour, locale = excluded.locale, address = excluded.address,
           max_payment_amount = excluded.max_payment_amount, version = excluded.version, updated_at = now()
         WHERE excluded.version > r.version
         RETURNING id`,
};

/** Locks a restaurant: until the transaction ends, no order of it is taken and its row does not change. $1: restaurant id. */
export const lockRestaurant = {
  name: 'lock-restaurant',
  text: 'SELECT currency, version FROM restaurants WHERE id = $1 FOR NO KEY UPDATE',
};

/**
 * Whether anything in the restaurant's currency is still open: a bill, a payment, a drawer, a table session. A session whose
 * time is over is open only while it owes again what was refunded, as many are never closed; one that is extended later keeps
 * the currency of its orders (readOrderReferences). Read it after locking. $1: restaurant id; $2: now.
 */
export const readOpenBills = {
  name: 'read-open-bills',
  text: `SELECT EXISTS (SELECT 1 FROM orders o JOIN order_payment_states s ON s.order_id = o.id
                   WHERE o.restaurant_id = r.id AND o.status <> 'CANCELLED' AND s.state IN ('UNPAID', 'PARTIALLY_PAID'))
           OR EXISTS (SELECT 1 FROM payments p WHERE p.restaurant_id = r.id AND p.status IN ${OPEN})
           OR EXISTS (SELECT 1 FROM drawer_sessions d WHERE d.restaurant_id = r.id AND d.closed_at IS NULL)
           OR EXISTS (SELECT 1 FROM table_sessions t WHERE t.restaurant_id = r.id AND t.status <> 'CLOSED'
                        AND (greatest(t.expires_at, t.extended_until) > $2::timestamptz OR EXISTS (
                          SELECT 1 FROM orders o JOIN order_payment_states s ON s.order_id = o.id
                          WHERE o.table_session_id = t.id AND o.status <> 'CANCELLED' AND s.state = 'REFUNDED'
                            AND o.subtotal_amount + o.tax_amount + o.tip_amount + s.adjusted_subtotal_amount
                              + s.adjusted_tax_amount + s.adjusted_tip_amount > 0)))
             AS "hasOpen"
         FROM restaurants r WHERE r.id = $1`,
};

/** Users that are only referred to so far. $1: ids. */
export const ensureUsers = {
  name: 'ensure-users',
  text: `INSERT INTO users (id, version) SELECT DISTINCT id, 0 FROM unnest($1::text[]) AS u (id) ON CONFLICT (id) DO NOTHING`,
};

// Who was forgotten stays so, whatever the platform tells afterwards.
const forgottenUser = (id: string) =>
  `EXISTS (SELECT FROM privacy_erasures f WHERE f.subject_type = 'CUSTOMER' AND f.subject_id = ${id})`;

/** $1: id, $2: e-mail, $3: name, $4: version. No row: a newer one is known. */
export const upsertUser = {
  name: 'upsert-user',
  text: `INSERT INTO users AS u (id, email, name, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, updated_at = now(),
           email = CASE WHEN ${forgottenUser('u.id')} THEN NULL ELSE excluded.email END,
           name = CASE WHEN ${forgottenUser('u.id')} THEN NULL ELSE excluded.name END
         WHERE u.version < excluded.version RETURNING id`,
};

/** $1: restaurant; $2..$5: user ids, roles, e-mails, names. Those not named are no members any more. */
export const replaceMembers = {
  name: 'replace-members',
  text: `WITH given AS (
           SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS m (user_id, role, email, name)
         ), people AS (
           INSERT INTO users AS u (id, email, name, version) SELECT user_id, email, name, 0 FROM given
           ON CONFLICT (id) DO UPDATE SET
             -- A person's own sync has a version and is never overruled by a restaurant's list of members.
             email = CASE WHEN u.version > 0 THEN u.email
               WHEN NOT ${forgottenUser('u.id')} THEN coalesce(excluded.email, u.email) END,
             name = CASE WHEN u.version > 0 THEN u.name
               WHEN NOT ${forgottenUser('u.id')} THEN coalesce(excluded.name, u.name) END
         ), gone AS (
           DELETE FROM memberships WHERE restaurant_id = $1 AND user_id <> ALL ($2::text[])
         )
         INSERT INTO memberships (user_id, restaurant_id, role) SELECT user_id, $1, role FROM given
         ON CONFLICT (user_id, restaurant_id) DO UPDATE SET role = excluded.role`,
};

/** Where a table of this id is at home; no row: it is new. $1: its id. */
export const readTableHome = {
  name: 'read-table-home',
  text: 'SELECT restaurant_id AS "restaurantId" FROM tables WHERE id = $1',
};

/** The same for a session, with how it stands and who has been there. */
export const readSessionHome = {
  name: 'read-session-home',
  text: `SELECT s.restaurant_id AS "restaurantId", s.status,
           (SELECT coalesce(json_agg(json_build_object('guestSessionId', g.id, 'guestPublicId', g.public_id, 'isHost', g.is_host,
              'isHere', g.left_at IS NULL) ORDER BY g.joined_at, g.id), '[]'::json)
            FROM guest_sessions g WHERE g.table_session_id = s.id) AS guests
         FROM table_sessions s WHERE s.id = $1`,
};

/** Locks a session's orders in id order, so that no payment of them is opened while the session closes. $1: session. */
export const lockOrdersOfSession = {
  name: 'lock-orders-of-session',
  text: 'SELECT id FROM orders WHERE table_session_id = $1 ORDER BY id FOR NO KEY UPDATE',
};

export const upsertTable = {
  name: 'upsert-table',
  text: `INSERT INTO tables AS t (id, restaurant_id, name, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version, updated_at = now()
         WHERE excluded.version > t.version AND t.restaurant_id = excluded.restaurant_id
         RETURNING id`,
};

/** A closed session stays closed: the restaurant may have ended it here before the platform knew. */
export const upsertSession = {
  name: 'upsert-table-session',
  text: `INSERT INTO table_sessions AS s (id, restaurant_id, table_id, code, status, expires_at, closed_at, version)
         VALUES ($1, $2, $3, $4, $5::text, $6, CASE WHEN $5::text = 'CLOSED' THEN now() END, $7)
         ON CONFLICT (id) DO UPDATE SET table_id = excluded.table_id, code = excluded.code,
           status = CASE WHEN s.status = 'CLOSED' THEN s.status ELSE excluded.status END,
           expires_at = excluded.expires_at, closed_at = coalesce(s.closed_at, excluded.closed_at),
           version = excluded.version, updated_at = now()
         WHERE excluded.version > s.version AND s.restaurant_id = excluded.restaurant_id
         RETURNING id`,
};

/**
 * $1: session; $2..$7: guest ids, new public ids, users, names, hosts, times; $8: version. Those not named have left. A guest
 * never changes tables: answers those that were taken.
 */
export const upsertGuests = {
  name: 'upsert-guest-sessions',
  text: `WITH gone AS (
           UPDATE guest_sessions SET left_at = now(), version = $8
           WHERE table_session_id = $1 AND left_at IS NULL AND id <> ALL ($2::text[])
         )
         INSERT INTO guest_sessions AS g (id, public_id, table_session_id, user_id, name, is_host, joined_at, version)
         SELECT n.id, n.public_id, $1, n.user_id, n.name, n.is_host, n.joined_at, $8
         FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::boolean[], $7::timestamptz[])
           AS n (id, public_id, user_id, name, is_host, joined_at)
         ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, is_host = excluded.is_host,
           name = CASE WHEN EXISTS (SELECT FROM privacy_erasures f WHERE f.subject_type = 'GUEST' AND f.subject_id = g.public_id::text)
             OR ${forgottenUser('g.user_id')} THEN NULL ELSE excluded.name END,
           left_at = NULL, version = excluded.version
         WHERE g.table_session_id = excluded.table_session_id
         RETURNING id`,
};

/** Locks a session, so that the orders that enter it do so one after the other. $1: session. */
export const lockSession = {
  name: 'lock-table-session',
  text: 'SELECT id FROM table_sessions WHERE id = $1 FOR NO KEY UPDATE',
};

/**
 * What is known of an order and of what it refers to. Holds the restaurant, so that its currency stays; an order that is
 * here keeps the currency that it came with. `otherCurrency`: another one, of orders of a session that it enters. Read it after locking the session. $1: order; $2: restaurant; $3..$5: table, table session, guest.
 */
export const readOrderReferences = {
  name: 'read-order-references',
  text: `SELECT coalesce(o.currency, r.currency) AS currency, o.version, o.restaurant_id AS "knownRestaurantId", o.status AS "knownStatus",
           o.subtotal_amount AS "subtotalMinor", o.tax_amount AS "taxMinor", o.tip_amount AS "tipMinor",
           s.captured_amount AS "capturedMinor", s.refunded_amount AS "refundedMinor",
           coalesce(s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount, 0) AS "adjustmentMinor",
           r.time_zone AS "timeZone", r.closing_hour AS "closingHour",
           (SELECT min(other.currency) FROM orders other WHERE other.table_session_id = $4 AND other.id <> $1
              AND o.table_session_id IS DISTINCT FROM $4
              AND other.currency <> coalesce(o.currency, r.currency)) AS "otherCurrency",
           $3::text IS NULL OR EXISTS (SELECT 1 FROM tables t WHERE t.id = $3 AND t.restaurant_id = r.id) AS "tableFits",
           $4::text IS NULL OR EXISTS (SELECT 1 FROM table_sessions t WHERE t.id = $4 AND t.restaurant_id = r.id) AS "sessionFits",
           $5::text IS NULL OR EXISTS (SELECT 1 FROM guest_sessions g WHERE g.id = $5 AND g.table_session_id = $4) AS "guestFits"
         FROM restaurants r
         LEFT JOIN orders o ON o.id = $1
         LEFT JOIN order_payment_states s ON s.order_id = o.id
         WHERE r.id = $2 FOR SHARE OF r`,
};

/** The tip is taken on first insert only: afterwards this service owns it (decision 1). Answers the tip that counts. */
export const upsertOrder = {
  name: 'upsert-order',
  text: `INSERT INTO orders AS o (id, restaurant_id, table_id, table_session_id, customer_id, guest_session_id, order_number,
           status, currency, subtotal_amount, tax_amount, tip_amount, round_number, placed_at, version, server_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO UPDATE SET table_id = excluded.table_id, table_session_id = excluded.table_session_id,
           customer_id = excluded.customer_id, guest_session_id = excluded.guest_session_id,
           order_number = excluded.order_number, status = excluded.status, subtotal_amount = excluded.subtotal_amount,
           tax_amount = excluded.tax_amount, round_number = excluded.round_number, placed_at = excluded.placed_at,
           version = excluded.version, server_id = excluded.server_id, updated_at = now()
         WHERE excluded.version > o.version
         RETURNING tip_amount AS "tipMinor"`,
};

/**
 * $1: order; $2..$8: ids, menu item ids, names, quantities, unit amounts, subtotals, lines. A line never changes orders:
 * answers those that were taken.
 */
export const replaceItems = {
  name: 'replace-order-items',
  text: `WITH gone AS (DELETE FROM order_items WHERE order_id = $1 AND id <> ALL ($2::text[]))
         INSERT INTO order_items AS i (id, order_id, menu_item_id, name, quantity, unit_amount, subtotal_amount, line)
         SELECT n.id, $1, n.menu_item_id, n.name, n.quantity, n.unit, n.subtotal, n.line
         FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::smallint[])
           AS n (id, menu_item_id, name, quantity, unit, subtotal, line)
         ON CONFLICT (id) DO UPDATE SET menu_item_id = excluded.menu_item_id, name = excluded.name,
           quantity = excluded.quantity, unit_amount = excluded.unit_amount, subtotal_amount = excluded.subtotal_amount,
           line = excluded.line
         WHERE i.order_id = excluded.order_id
         RETURNING id`,
};

/** Keeps an order's payment state right when its amounts change. $1: order; $2: restaurant; $3: state. */
export const upsertOrderState = {
  name: 'upsert-order-payment-state',
  text: `INSERT INTO order_payment_states AS s (order_id, restaurant_id, state) VALUES ($1, $2, $3)
         ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, change_xid = pg_current_xact_id()::text::bigint,
           change_position = nextval(pg_get_serial_sequence('order_payment_states', 'change_position')), updated_at = now()
         WHERE s.state <> excluded.state`,
};

/** Lets open payments end now: of an order ($1) or of a table session ($2). The expiry cancels them at the processor first. */
export const expireOpenPayments = {
  name: 'expire-open-payments',
  text: `UPDATE payments p SET expires_at = least(p.expires_at, now())
         WHERE p.status IN ${OPEN}
           AND (p.id IN (SELECT payment_id FROM payment_allocations WHERE order_id = $1) OR p.table_session_id = $2)
         RETURNING p.id, p.status`,
};

/** Payment states changed after ($1, $2), below the oldest running transaction. $3: limit. */
export const readPaymentStates = {
  name: 'read-payment-states',
  text: `SELECT s.order_id AS "orderId", s.restaurant_id AS "restaurantId", s.state, s.captured_amount AS "capturedMinor",
           s.refunded_amount AS "refundedMinor", o.currency, s.updated_at AS "updatedAt",
           s.change_xid AS "changeXid", s.change_position AS "changePosition"
         FROM order_payment_states s JOIN orders o ON o.id = s.order_id
         WHERE (s.change_xid, s.change_position) > ($1::bigint, $2::bigint)
           AND s.change_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         ORDER BY s.change_xid, s.change_position LIMIT $3`,
};
