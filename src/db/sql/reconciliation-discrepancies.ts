import { CAPTURED } from './captured';
import { CHARGED_BACK } from './payment-left';
import { BILL, PRESENTED, RECEIPT_TAKEN } from './reconciliation-terms';

/** Discrepancies as runs write them and as people work on them. Those that events write: discrepancies.ts. */

/**
 * The next breaks of a run. $1: run, $2: after this number, $3: limit.
 * `knownId`: the discrepancy that an event has written about the same break.
 */
export const readBreaks = {
  name: 'read-reconciliation-breaks',
  text: `SELECT i.number, i.way, i.class, i.reason, i.severity, i.subject, i.day::text AS day, i.restaurant_id AS "restaurantId",
           i.payment_id AS "paymentId", i.order_id AS "orderId", i.currency, i.ours_amount AS "oursMinor",
           i.theirs_amount AS "theirsMinor", i.facts, i.fingerprint,
           (SELECT d.id FROM discrepancies d WHERE d.fingerprint IS NULL AND d.resolution IS DISTINCT FROM 'VANISHED'
              AND ((i.reason = 'OVER_COLLECTED' AND d.order_id = i.order_id AND d.type = 'DUPLICATE_PAYMENT')
                OR (i.way = 'PROCESSOR' AND i.subject LIKE ANY (ARRAY['charge:%', 'uncaptured:%'])
                  AND d.payment_id = i.payment_id AND d.fact_key LIKE 'unmatched:%'))
            ORDER BY d.id LIMIT 1) AS "knownId"
         FROM reconciliation_items i WHERE i.run_id = $1 AND i.number > $2 AND i.class <> 'EXPECTED' ORDER BY i.number LIMIT $3`,
};

/**
 * Inserts or updates the discrepancies of breaks. An existing one keeps its state; a resolved one is reopened when its facts
 * differ from those that it was resolved with. $1: run; $2: list. Answers what became of each.
 */
export const keepBreaks = {
  name: 'keep-reconciliation-breaks',
  text: `WITH given AS MATERIALIZED (
           SELECT * FROM json_to_recordset($2::json) AS g (id uuid, fact_key text, way text, day date, subject text, facts jsonb,
             fingerprint text, restaurant_id text, type text, reason text, severity text, payment_id uuid, order_id text,
             currency text, expected_amount bigint, actual_amount bigint, description text)
         ), before AS MATERIALIZED (
           SELECT d.fact_key, d.state = 'RESOLVED' AND (d.resolution = 'VANISHED' OR d.fingerprint IS DISTINCT FROM g.fingerprint)
             AS comes_back
           FROM discrepancies d JOIN given g USING (fact_key)
         ), kept AS (
           INSERT INTO discrepancies AS d (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, currency,
             expected_amount, actual_amount, description, way, day, subject, facts, fingerprint, run_id)
           SELECT id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, currency, expected_amount,
             actual_amount, description, way, day, subject, facts, fingerprint, $1::uuid FROM given ORDER BY fact_key
           ON CONFLICT (fact_key) DO UPDATE SET run_id = excluded.run_id, type = excluded.type, reason = excluded.reason,
             severity = excluded.severity, expected_amount = excluded.expected_amount, actual_amount = excluded.actual_amount,
             description = excluded.description, day = excluded.day, facts = excluded.facts, fingerprint = excluded.fingerprint,
             updated_at = now(),
             state = CASE WHEN d.state = 'RESOLVED' AND d.resolution <> 'VANISHED' AND d.fingerprint = excluded.fingerprint
               THEN 'RESOLVED' ELSE 'OPEN' END,
             resolution = CASE WHEN d.resolution <> 'VANISHED' AND d.fingerprint = excluded.fingerprint THEN d.resolution END,
             resolved_by = CASE WHEN d.resolution <> 'VANISHED' AND d.fingerprint = excluded.fingerprint THEN d.resolved_by END,
             resolved_at = CASE WHEN d.resolution <> 'VANISHED' AND d.fingerprint = excluded.fingerprint THEN d.resolved_at END
           RETURNING d.id, d.fact_key, d.state, d.restaurant_id
         )
         SELECT k.id, k.fact_key AS "factKey", k.state, k.restaurant_id AS "restaurantId", b.fact_key IS NULL AS "isNew",
           coalesce(b.comes_back, FALSE) AS "comesBack"
         FROM kept k LEFT JOIN before b USING (fact_key)`,
};

/** $1: run; $2, $3: numbers and discrepancies, item by item. */
export const linkItems = {
  name: 'link-reconciliation-items',
  text: `UPDATE reconciliation_items i SET discrepancy_id = g.id FROM unnest($2::bigint[], $3::uuid[]) AS g (number, id)
         WHERE i.run_id = $1 AND i.number = g.number`,
};

/**
 * Resolves open discrepancies of earlier runs that this run, which compared their day, did not find again.
 * $1: run, $2: restaurant or null, $3: scope, $4, $5: days, $6: who, $7: now, $8: limit.
 */
export const closeVanished = {
  name: 'close-vanished-discrepancies',
  text: `UPDATE discrepancies SET state = 'RESOLVED', resolution = 'VANISHED', resolved_by = $6, resolved_at = $7, updated_at = now()
         WHERE id IN (
           SELECT d.id FROM discrepancies d
           WHERE d.state = 'OPEN' AND d.fingerprint IS NOT NULL AND d.day BETWEEN $4::date AND $5::date
             AND CASE $3::text WHEN 'ALL' THEN TRUE WHEN 'PLATFORM' THEN d.restaurant_id IS NULL ELSE d.restaurant_id = $2::text END
             AND NOT EXISTS (SELECT FROM reconciliation_items i WHERE i.discrepancy_id = d.id AND i.run_id = $1)
             AND NOT EXISTS (SELECT FROM reconciliation_runs r WHERE r.id = $1 AND d.day <> ALL (r.days))
           ORDER BY d.id LIMIT $8)
         RETURNING id, restaurant_id AS "restaurantId"`,
};

/** Whether a discrepancy that an event found (d, of payment p) is settled, by the facts of its kind. */
const SETTLED = `CASE
  -- A receipt that fits no payment: it went back, or the payment was captured by it after all.
  WHEN d.fact_key LIKE 'unmatched:%' THEN
    ${RECEIPT_TAKEN}
    OR coalesce((SELECT bool_or(t.reporting_category = 'charge') AND sum(${PRESENTED}) = 0
      FROM processor_transactions t WHERE t.payment_id = d.payment_id AND 'unmatched:' || t.intent_id = d.fact_key), FALSE)
  -- Too much for the bill: it is not any more, at none of the payment's orders.
  WHEN d.fact_key LIKE 'over-collected:%' OR d.fact_key LIKE 'overpaid:%' THEN NOT EXISTS (
    SELECT FROM orders o JOIN order_payment_states s ON s.order_id = o.id
    WHERE (o.id = d.order_id OR o.id IN (SELECT a.order_id FROM payment_allocations a WHERE a.payment_id = d.payment_id))
      AND s.captured_amount - s.refunded_amount > ${BILL})
  -- A refund that had no room: it has a row by now, or came back.
  WHEN d.fact_key LIKE 'refund:%' THEN
    EXISTS (SELECT FROM payment_refunds r WHERE 'refund:' || r.refund_id = d.fact_key)
    OR coalesce((SELECT sum(${PRESENTED}) = 0 FROM processor_transactions t WHERE t.source_id = substr(d.fact_key, 8)), FALSE)
  WHEN d.fact_key LIKE 'capturable:%' THEN p.status = 'CANCELLED' OR p.status IN ${CAPTURED}
  -- Money that was to go back: no more than should be is left of the payment.
  WHEN d.fact_key LIKE 'split-refund:%' OR d.fact_key LIKE 'refund-failed:%'
    THEN p.total_amount - p.refunded_amount - ${CHARGED_BACK} <= coalesce(d.expected_amount, 0)
  ELSE FALSE END`;

/**
 * Resolves open discrepancies of events that are settled and that the run has not found.
 * $1: run, $2: restaurant or null, $3: scope, $4: who, $5: now, $6: limit.
 */
export const closeSettled = {
  name: 'close-settled-discrepancies',
  text: `UPDATE discrepancies SET state = 'RESOLVED', resolution = 'VANISHED', resolved_by = $4, resolved_at = $5, updated_at = now()
         WHERE id IN (
           SELECT d.id FROM discrepancies d LEFT JOIN payments p ON p.id = d.payment_id
           WHERE d.state = 'OPEN' AND d.fingerprint IS NULL
             AND CASE $3::text WHEN 'ALL' THEN TRUE WHEN 'PLATFORM' THEN d.restaurant_id IS NULL ELSE d.restaurant_id = $2::text END
             AND NOT EXISTS (SELECT FROM reconciliation_items i WHERE i.discrepancy_id = d.id AND i.run_id = $1) AND ${SETTLED}
           ORDER BY d.id LIMIT $6 FOR UPDATE OF d)
         RETURNING id, restaurant_id AS "restaurantId"`,
};

/**
 * Reopens discrepancies of events that a person resolved, when this run sees other facts than the run before.
 * $1: run; $2: discrepancies.
 */
export const reopenChanged = {
  name: 'reopen-changed-discrepancies',
  text: `UPDATE discrepancies d SET state = 'OPEN', resolution = NULL, resolved_by = NULL, resolved_at = NULL, updated_at = now()
         WHERE d.id = ANY ($2::uuid[]) AND d.state = 'RESOLVED' AND EXISTS (
           SELECT FROM reconciliation_items i CROSS JOIN LATERAL (
             SELECT b.fingerprint FROM reconciliation_items b WHERE b.discrepancy_id = d.id AND b.subject = i.subject AND b.run_id < $1
             ORDER BY b.run_id DESC LIMIT 1) before
           WHERE i.run_id = $1 AND i.discrepancy_id = d.id AND before.fingerprint <> i.fingerprint)
         RETURNING id, restaurant_id AS "restaurantId"`,
};

/** $1: list of actions. */
export const insertActions = {
  name: 'insert-discrepancy-actions',
  text: `INSERT INTO discrepancy_actions (id, discrepancy_id, action, actor, reason, details)
         SELECT id, discrepancy_id, action, actor, reason, coalesce(details, '{}') FROM json_to_recordset($1::json)
           AS a (id uuid, discrepancy_id uuid, action text, actor text, reason text, details jsonb)`,
};

/** $1: list of audit rows about discrepancies. */
export const insertAudits = {
  name: 'insert-discrepancy-audits',
  text: `INSERT INTO audit_log (id, actor, action, subject_type, subject_id, restaurant_id, details, request_id)
         SELECT id, actor, action, 'discrepancy', subject_id, restaurant_id, details, request_id FROM json_to_recordset($1::json)
           AS a (id uuid, actor text, action text, subject_id text, restaurant_id text, details jsonb, request_id text)`,
};

/** Locks a discrepancy for a decision about it. */
export const lockDiscrepancy = {
  name: 'lock-discrepancy',
  text: `SELECT id, restaurant_id AS "restaurantId", state, way, subject, payment_id AS "paymentId", reason,
           assigned_to AS "assignedTo"
         FROM discrepancies WHERE id = $1 FOR UPDATE`,
};

/** $1: id; $2: user or null. */
export const assignDiscrepancy = {
  name: 'assign-discrepancy',
  text: 'UPDATE discrepancies SET assigned_to = $2, updated_at = now() WHERE id = $1',
};

/** $1: id; $2: how; $3: who; $4: now. */
export const resolveDiscrepancy = {
  name: 'resolve-discrepancy',
  text: `UPDATE discrepancies SET state = 'RESOLVED', resolution = $2, resolved_by = $3, resolved_at = $4, updated_at = now() WHERE id = $1`,
};

export const reopenDiscrepancy = {
  name: 'reopen-discrepancy',
  text: `UPDATE discrepancies SET state = 'OPEN', resolution = NULL, resolved_by = NULL, resolved_at = NULL, updated_at = now() WHERE id = $1`,
};

/** Reopens what a refund ($2) of a payment ($1) was to correct, where that is still how it was resolved. */
export const reopenCorrected = {
  name: 'reopen-corrected-discrepancies',
  text: `UPDATE discrepancies d SET state = 'OPEN', resolution = NULL, resolved_by = NULL, resolved_at = NULL, updated_at = now()
         WHERE d.payment_id = $1 AND d.resolution = 'CORRECTED' AND $2::text = (
           SELECT a.details ->> 'refundId' FROM discrepancy_actions a WHERE a.discrepancy_id = d.id AND a.action = 'CORRECTED'
           ORDER BY a.id DESC LIMIT 1)
         RETURNING id, restaurant_id AS "restaurantId"`,
};

/** Whether a refund of an order that a payment covers is under way, of whichever payment. $1: payment. */
export const findRefundUnderWay = {
  name: 'find-refund-under-way',
  text: `SELECT 1 AS found FROM payment_allocations own JOIN payment_allocations a ON a.order_id = own.order_id
         JOIN payment_refunds r ON r.payment_id = a.payment_id
         WHERE own.payment_id = $1 AND r.status = 'PROCESSING' LIMIT 1`,
};

/** Whether a user belongs to a restaurant, or, without one, is known. $1: user, $2: restaurant or null. */
export const isMember = {
  name: 'is-member-of-restaurant',
  text: `SELECT 1 AS found FROM memberships WHERE user_id = $1 AND restaurant_id = $2::text LIMIT 1`,
};
