/** Deletions by age, so many rows at a time that nobody waits for them. Each answers how many went. */

const ageIsOver = (table: string, key: string, where: string) => `
WITH gone AS (
  DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1
) SELECT count(*)::int AS deleted FROM gone`;

/** $1: older than this; $2: limit. */
export const deleteOldKeys = {
  name: 'delete-old-idempotency-keys',
  text: ageIsOver('idempotency_keys', 'scope, key', 'created_at < $1'),
};

/** With what they expected. Those with breaks stay: the work list tells by them what was seen before. $1: older; $2: limit. */
export const deleteIdleRuns = {
  name: 'delete-idle-incremental-runs',
  text: ageIsOver(
    'reconciliation_runs',
    'id',
    `kind = 'INCREMENTAL' AND break_count = 0 AND state = 'FINISHED' AND created_at < $1`,
  ),
};

/** $1: older than this; $2: limit. */
export const deleteOldStaffCallWords = {
  name: 'delete-old-staff-call-words',
  text: ageIsOver('staff_call_words', 'event_id', 'created_at < $1'),
};

/** Of events that are done with: what still waits needs its payload. $1: received before; $2: limit. */
export const deleteOldPayloads = {
  name: 'delete-old-webhook-payloads',
  text: `
WITH old AS (
  SELECT p.event_id FROM webhook_payloads p JOIN webhook_events e ON e.event_id = p.event_id
  WHERE p.received_at < $1 AND e.state IN ('APPLIED', 'IGNORED', 'DEAD') ORDER BY p.received_at LIMIT $2 FOR UPDATE OF p SKIP LOCKED
), gone AS (
  DELETE FROM webhook_payloads p USING old WHERE p.event_id = old.event_id RETURNING 1
) SELECT count(*)::int AS deleted FROM gone`,
};

/**
 * What restaurants wrote to banks, so long after the bank has decided; that they did, when and who stays. $1: decided before;
 * $2: limit.
 */
export const emptyOldEvidence = {
  name: 'empty-old-dispute-evidence',
  text: `
WITH old AS (
  SELECT e.id FROM dispute_evidence e JOIN disputes d ON d.id = e.dispute_id
  WHERE d.closed_at < $1 AND e.state <> 'SENDING' AND (e.texts <> '{}' OR e.files <> '[]' OR e.failure_reason IS NOT NULL)
  LIMIT $2 FOR UPDATE OF e SKIP LOCKED
), gone AS (
  UPDATE dispute_evidence e SET texts = '{}', files = '[]', failure_reason = NULL FROM old WHERE e.id = old.id RETURNING 1
) SELECT count(*)::int AS deleted FROM gone`,
};

/** With the personal data beside them. $1: older than this; $2: limit. */
export const deleteOldPaymentAudit = {
  name: 'delete-old-payment-audit',
  text: `
WITH gone AS (
  DELETE FROM payment_audit_log WHERE id IN (
    SELECT id FROM payment_audit_log WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id
), clients AS (
  DELETE FROM payment_audit_clients c USING gone WHERE c.audit_id = gone.id
) SELECT count(*)::int AS deleted FROM gone`,
};

/** $1: older than this; $2: limit. */
export const deleteOldAudit = {
  name: 'delete-old-audit',
  text: ageIsOver('audit_log', 'id', 'created_at < $1'),
};

/** $1: older than this; $2: limit. */
export const deleteOldCalls = {
  name: 'delete-old-processor-calls',
  text: ageIsOver('processor_calls', 'id', 'called_at < $1'),
};

/** One at a time: two would carry the same balance forward. Until the transaction ends. */
export const lockLedgerRetention = {
  name: 'lock-ledger-retention',
  text: `SELECT pg_advisory_xact_lock(hashtext('ledger retention'))::text`,
};

/**
 * The oldest entries below a day, and with them the opening balance of their books, if there is one. $1: day; $2: limit;
 * $3: how the fact of an opening balance begins.
 */
export const readOldEntries = {
  name: 'read-old-ledger-entries',
  text: `
WITH old AS (
  SELECT id, restaurant_id, currency, business_day, occurred_at FROM ledger_transactions
  WHERE business_day < $1::date AND NOT starts_with(fact_key, $3) ORDER BY business_day, id LIMIT $2
)
SELECT id, restaurant_id AS "restaurantId", currency, business_day::text AS "businessDay", occurred_at AS "occurredAt", TRUE AS "isFact"
FROM old
UNION ALL
SELECT t.id, t.restaurant_id, t.currency, t.business_day::text, t.occurred_at, FALSE
FROM (SELECT DISTINCT coalesce(restaurant_id, '') AS restaurant, currency FROM old) b
JOIN ledger_transactions t ON t.fact_key = $3 || b.restaurant || ':' || b.currency`,
};

/** What entries come to, by account, without accounts that come to nothing. $1: ids of one set of books. */
export const sumEntries = {
  name: 'sum-ledger-entries',
  text: `SELECT account, sum(amount)::float8 AS "amountMinor" FROM ledger_postings WHERE transaction_id = ANY ($1::uuid[])
         GROUP BY account HAVING sum(amount) <> 0 ORDER BY account`,
};

/** $1: ids. */
export const deletePostings = {
  name: 'delete-old-ledger-postings',
  text: 'DELETE FROM ledger_postings WHERE transaction_id = ANY ($1::uuid[])',
};

/** $1: ids. */
export const deleteEntries = {
  name: 'delete-old-ledger-entries',
  text: 'DELETE FROM ledger_transactions WHERE id = ANY ($1::uuid[])',
};

/** $1: id, $2: fact, $3: restaurant, $4: currency, $5: business day, $6: when. */
export const insertOpeningBalance = {
  name: 'insert-opening-balance',
  text: `INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, business_day, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6)`,
};

/** $1: entry, $2: accounts, $3: amounts, line by line. */
export const insertOpeningPostings = {
  name: 'insert-opening-postings',
  text: `INSERT INTO ledger_postings (transaction_id, line, account, amount)
         SELECT $1, l.line, l.account, l.amount FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS l (account, amount, line)`,
};

/** Files whose link has ended, a few parts at a time. $1: now; $2: limit. */
export const deleteExpiredChunks = {
  name: 'delete-expired-export-chunks',
  text: `
WITH gone AS (
  DELETE FROM export_chunks WHERE (job_id, sequence) IN (
    SELECT c.job_id, c.sequence FROM export_chunks c JOIN export_jobs j ON j.id = c.job_id
    WHERE j.expires_at <= $1 LIMIT $2) RETURNING 1
) SELECT count(*)::int AS deleted FROM gone`,
};

/** What was exported, once nobody asks any more. $1: made before; $2: limit. */
export const deleteOldExports = {
  name: 'delete-old-export-jobs',
  text: `
WITH gone AS (
  DELETE FROM export_jobs j WHERE id IN (
    SELECT id FROM export_jobs o WHERE o.expires_at < $1
      AND NOT EXISTS (SELECT FROM export_chunks c WHERE c.job_id = o.id) LIMIT $2) RETURNING 1
) SELECT count(*)::int AS deleted FROM gone`,
};
