// A payout goes one way (Stripe "Payout statuses"), so that the furthest status told is the newest; so is a completed
// reconciliation.
const FURTHER = `array_position(ARRAY['pending', 'in_transit', 'paid', 'canceled', 'failed'], excluded.status::text)
  > array_position(ARRAY['pending', 'in_transit', 'paid', 'canceled', 'failed'], p.status::text)`;
const LINES = (automatic: string, reconciliation: string) =>
  `CASE WHEN NOT ${automatic} THEN 'NONE' WHEN ${reconciliation} = 'completed' THEN 'DUE' ELSE 'WAITING' END`;

/** Keeps what is told of a payout, in any order and as often as it comes; answers a row when something is new. */
export const keepPayout = {
  name: 'keep-payout',
  text: `INSERT INTO payouts AS p (id, amount, currency, status, is_automatic, reconciliation_status, failure_code, trace_id,
           arrival_at, occurred_at, lines_state)
         VALUES ($1, $2, $3, $4, $5::boolean, $6::text, $7, $8, to_timestamp($9), to_timestamp($10), ${LINES('$5::boolean', '$6::text')})
         ON CONFLICT (id) DO UPDATE SET
           status = CASE WHEN ${FURTHER} THEN excluded.status ELSE p.status END,
           reconciliation_status = CASE WHEN p.reconciliation_status = 'completed' THEN 'completed' ELSE excluded.reconciliation_status END,
           failure_code = coalesce(excluded.failure_code, p.failure_code),
           trace_id = coalesce(excluded.trace_id, p.trace_id),
           arrival_at = CASE WHEN ${FURTHER} THEN excluded.arrival_at ELSE p.arrival_at END,
           lines_state = CASE WHEN p.lines_state = 'WAITING' THEN excluded.lines_state ELSE p.lines_state END,
           updated_at = now()
         WHERE ${FURTHER} OR (p.reconciliation_status <> 'completed' AND excluded.reconciliation_status = 'completed')
           OR (p.failure_code IS NULL AND excluded.failure_code IS NOT NULL)
           OR (p.trace_id IS NULL AND excluded.trace_id IS NOT NULL)
         RETURNING p.id`,
};

/** Payouts whose transactions can be listed and are not all here. $1: limit. */
export const readDuePayouts = {
  name: 'read-payouts-with-due-lines',
  text: `SELECT id FROM payouts WHERE lines_state = 'DUE' ORDER BY occurred_at, id LIMIT $1`,
};

/** All transactions of the payout are kept. $1: payout id. */
export const setLinesKept = {
  name: 'set-payout-lines-kept',
  text: `UPDATE payouts SET lines_state = 'KEPT', updated_at = now() WHERE id = $1 AND lines_state = 'DUE'`,
};

/** Payouts to post: at the bank, and every transaction of theirs is posted; or to take back. $1: limit. */
export const readPostablePayouts = {
  name: 'read-postable-payouts',
  text: `(SELECT id FROM payouts p WHERE posted_at IS NULL AND status = 'paid' AND lines_state IN ('KEPT', 'NONE')
            AND NOT EXISTS (SELECT FROM processor_transactions t WHERE t.payout_id = p.id AND t.posted_at IS NULL)
          ORDER BY occurred_at, id LIMIT $1)
         UNION ALL
         (SELECT id FROM payouts WHERE posted_at IS NOT NULL AND reversed_at IS NULL AND status IN ('failed', 'canceled')
          ORDER BY occurred_at, id LIMIT $1)`,
};

/** One payout, locked until the transaction ends. $1: payout id. */
export const lockPayout = {
  name: 'lock-payout',
  text: `SELECT id, amount::float8 AS "amountMinor", currency, status, lines_state AS "linesState", arrival_at AS "arrivalAt",
           posted_at AS "postedAt", reversed_at AS "reversedAt"
         FROM payouts WHERE id = $1 FOR UPDATE`,
};

/** What a payout pays out, without its own movement. $1: payout id. */
export const readPayoutLines = {
  name: 'read-payout-lines',
  text: `SELECT reporting_category AS "reportingCategory", restaurant_id AS "restaurantId",
           CASE WHEN reporting_category = 'payout_reversal' THEN source_id END AS "returnedPayoutId",
           sum(net_amount)::float8 AS "netMinor"
         FROM processor_transactions WHERE payout_id = $1 AND source_id IS DISTINCT FROM $1
         GROUP BY 1, 2, 3 ORDER BY 2, 1, 3`,
};

/** With what a restaurant's day of the ledger needs. $1: payout id. */
export const readPayoutShares = {
  name: 'read-payout-shares',
  text: `SELECT s.line, s.kind, s.restaurant_id AS "restaurantId", s.amount::float8 AS "amountMinor",
           r.time_zone AS "timeZone", r.closing_hour AS "closingHour"
         FROM payout_shares s LEFT JOIN restaurants r ON r.id = s.restaurant_id WHERE s.payout_id = $1 ORDER BY s.line`,
};

/** $1: payout id, $2: kinds, $3: restaurants, $4: amounts, line by line. */
export const insertPayoutShares = {
  name: 'insert-payout-shares',
  text: `INSERT INTO payout_shares (payout_id, line, kind, restaurant_id, amount)
         SELECT $1, l.line, l.kind, l.restaurant_id, l.amount
         FROM unnest($2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS l (kind, restaurant_id, amount, line)`,
};

/** $1: payout id, $2: now. */
export const setPayoutPosted = {
  name: 'set-payout-posted',
  text: 'UPDATE payouts SET posted_at = $2, updated_at = now() WHERE id = $1',
};

/** $1: payout id, $2: now. */
export const setPayoutReversed = {
  name: 'set-payout-reversed',
  text: 'UPDATE payouts SET reversed_at = $2, updated_at = now() WHERE id = $1',
};
