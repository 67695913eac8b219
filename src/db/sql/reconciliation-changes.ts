import { LAST_RUNS } from './reconciliation';
import { REFUNDED_AT } from './reconciliation-terms';

/** When changes of a restaurant were last looked at. $1: restaurant. */
export const readLastIncremental = {
  name: 'read-last-incremental-run',
  text: `SELECT created_at AS "createdAt" FROM reconciliation_runs
         WHERE restaurant_id = $1 AND kind = 'INCREMENTAL' AND state = 'FINISHED' ORDER BY to_day DESC, id DESC LIMIT 1`,
};

/** What of a row lies in a column that may hold nothing. */
const since = (...columns: string[]) =>
  `greatest(${columns.join(', ')}) >= coalesce($2::timestamptz, '-infinity')`;

/**
 * Where a restaurant's books may look other than the last run said: the days of everything that belongs to a payment or an order
 * to which anything happened, of drawers, Z-reports and payouts that moved; and of what is open or not yet due. $1: restaurant;
 * $2: since when, by the database's clock, null: ever; $3: the first day that counts. Answers rows of {day} or {at}, an instant
 * to the quarter of an hour (no business day begins between two of them), and whether a fact has changed.
 */
export const readChanges = {
  name: 'read-reconciliation-changes',
  text: `
WITH touched AS MATERIALIZED (
  SELECT p.id FROM payments p WHERE p.restaurant_id = $1 AND p.created_at >= $3::date AND ${since('p.updated_at')}
  UNION SELECT t.payment_id FROM processor_transactions t
    WHERE t.restaurant_id = $1 AND t.occurred_at >= $3::date AND ${since('t.created_at', 't.posted_at')}
  UNION SELECT r.payment_id FROM payment_refunds r WHERE r.restaurant_id = $1 AND ${since('r.created_at', 'r.processed_at')}
  UNION SELECT d.payment_id FROM disputes d WHERE d.restaurant_id = $1 AND ${since('d.created_at', 'd.updated_at')}
  UNION SELECT l.payment_id FROM ledger_transactions l
    WHERE l.restaurant_id = $1 AND l.business_day >= $3::date AND l.payment_id IS NOT NULL AND ${since('l.created_at')}
  UNION SELECT m.payment_id FROM drawer_movements m JOIN drawer_sessions d ON d.id = m.drawer_session_id
    WHERE d.restaurant_id = $1 AND d.business_day >= $3::date AND m.payment_id IS NOT NULL AND ${since('m.moved_at')}
), touched_orders AS MATERIALIZED (
  SELECT a.order_id AS id FROM touched JOIN payment_allocations a ON a.payment_id = touched.id
  UNION SELECT o.id FROM orders o JOIN order_payment_states s ON s.order_id = o.id
    WHERE o.restaurant_id = $1 AND o.placed_at >= $3::date AND ${since('o.created_at', 'o.updated_at', 's.updated_at')}
), facts (day, at) AS (
  SELECT p.business_day, NULL::timestamptz FROM touched JOIN payments p USING (id)
  UNION SELECT l.business_day, NULL FROM touched JOIN ledger_transactions l ON l.payment_id = touched.id
  UNION SELECT NULL, t.occurred_at FROM touched JOIN processor_transactions t ON t.payment_id = touched.id
  UNION SELECT NULL, ${REFUNDED_AT} FROM touched JOIN payment_refunds r ON r.payment_id = touched.id
  UNION SELECT NULL, d.opened_at FROM touched JOIN disputes d ON d.payment_id = touched.id
  UNION SELECT NULL, o.placed_at FROM touched_orders JOIN orders o USING (id)
  UNION SELECT NULL, o.occurred_at FROM payouts o JOIN payout_shares h ON h.payout_id = o.id
    WHERE h.restaurant_id = $1 AND ${since('o.created_at', 'o.updated_at', 'o.posted_at')}
  UNION SELECT d.business_day, NULL FROM drawer_sessions d WHERE d.restaurant_id = $1 AND (${since('d.opened_at', 'd.closed_at')}
    OR EXISTS (SELECT FROM drawer_movements m WHERE m.drawer_session_id = d.id AND ${since('m.moved_at')}))
  UNION SELECT z.business_day, NULL FROM z_reports z WHERE z.restaurant_id = $1 AND ${since('z.made_at')}
), waiting (day) AS (
  SELECT d.day FROM discrepancies d WHERE d.restaurant_id = $1 AND d.state = 'OPEN' AND d.fingerprint IS NOT NULL
  UNION SELECT i.day FROM discrepancies d JOIN reconciliation_items i ON i.discrepancy_id = d.id
    WHERE d.restaurant_id = $1 AND d.state = 'OPEN' AND d.fingerprint IS NULL
  UNION SELECT i.day FROM reconciliation_items i WHERE i.class = 'EXPECTED' AND i.run_id IN (${LAST_RUNS})
)
SELECT day::text AS day, NULL::timestamptz AS at, TRUE AS "isChange" FROM facts WHERE day IS NOT NULL
UNION SELECT NULL, date_bin('15 minutes', at, '2000-01-01 00:00+00'), TRUE FROM facts WHERE at IS NOT NULL
UNION SELECT day::text, NULL, FALSE FROM waiting`,
};

const utcDay = (instant: string) => `(${instant} AT TIME ZONE 'UTC')::date`;

/**
 * The first day of UTC on which what belongs to no restaurant may look other than the last nightly run said: of movements and
 * payouts that came or went on, and of the bank's lines, whose pairs may change so many days ahead of the change. Null: nothing.
 * $1: days of a pair; $2: since when, by the database's clock, null: ever; $3: the first day that counts. A few rows a day, asked once a night.
 */
export const readFirstPlatformChange = {
  name: 'read-first-platform-change',
  text: `
WITH changes (day) AS (
  SELECT ${utcDay('t.occurred_at')} FROM processor_transactions t
    WHERE t.restaurant_id IS NULL AND t.occurred_at >= $3::date AND ${since('t.created_at', 't.posted_at')}
  UNION ALL SELECT ${utcDay('o.occurred_at')} FROM payouts o WHERE ${since('o.updated_at')}
), pairs (day) AS (
  SELECT ${utcDay('o.arrival_at')} FROM payouts o WHERE ${since('o.updated_at')}
  UNION ALL SELECT b.booked_on FROM bank_lines b WHERE b.booked_on >= $3::date AND ${since('b.created_at')}
  UNION ALL SELECT ${utcDay('o.arrival_at')} FROM discrepancy_actions a JOIN payouts o ON o.id = a.details->>'payoutId'
    WHERE a.action = 'LINKED' AND ${since('a.created_at')}
  -- A file that was read another way leaves no trace of the lines that it had.
  UNION ALL SELECT greatest((l.details->>'firstDay')::date, $3::date) FROM audit_log l
    WHERE l.subject_type = 'bank_import' AND l.action = 'bank.replaced' AND ${since('l.created_at')}
)
SELECT least((SELECT min(day) FROM changes WHERE day >= $3::date), (SELECT min(day) FROM pairs WHERE day >= $3::date) - $1::int)::text AS day`,
};
