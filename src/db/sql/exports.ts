/** Files made in the background. The file lies in parts beside its job, as nodes keep nothing. */

const COLUMNS = `id, restaurant_id AS "restaurantId", kind, format, filters, state, requested_by AS "requestedBy", token,
  row_count AS "rowCount", total_row_count AS "totalRowCount", byte_count AS "byteCount", failure_reason AS "failureReason", created_at AS "createdAt",
  finished_at AS "finishedAt", expires_at AS "expiresAt", coalesce(expires_at <= now(), FALSE) AS "isOver"`;

/** $1..$8: id, restaurant or null, kind, format, filters, actor, token, now. */
export const insertExportJob = {
  name: 'insert-export-job',
  text: `INSERT INTO export_jobs (id, restaurant_id, kind, format, filters, requested_by, token, created_at)
         VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)`,
};

/** How many an actor has under way. $1: actor label. */
export const countUnfinishedExports = {
  name: 'count-unfinished-exports',
  text: `SELECT count(*)::int AS count FROM export_jobs WHERE state IN ('WAITING', 'RUNNING') AND requested_by = $1`,
};

/** $1: id. */
export const readExportJob = {
  name: 'read-export-job',
  text: `SELECT ${COLUMNS} FROM export_jobs WHERE id = $1`,
};

/** Newest first. $1: restaurant, or null for all; $2: below this id, or null; $3: limit. */
export const listExportJobs = {
  name: 'list-export-jobs',
  text: `SELECT ${COLUMNS} FROM export_jobs WHERE ($1::text IS NULL OR restaurant_id = $1) AND ($2::uuid IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3`,
};

/**
 * Takes the oldest job that waits, or whose worker was not heard of any more. $1: lease in seconds. `attempt` fences: a worker
 * that was taken for dead writes nothing more.
 */
export const takeExportJob = {
  name: 'take-export-job',
  text: `UPDATE export_jobs SET state = 'RUNNING', attempt = attempt + 1, row_count = 0, total_row_count = NULL,
           byte_count = 0, lease_until = now() + make_interval(secs => $1)
         WHERE id = (
           SELECT id FROM export_jobs WHERE state = 'WAITING' OR (state = 'RUNNING' AND lease_until < now())
           ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, format, filters, attempt`,
};

/** What an earlier attempt left. $1: job. */
export const deleteExportChunks = {
  name: 'delete-export-chunks',
  text: 'DELETE FROM export_chunks WHERE job_id = $1',
};

/** How many rows it will have. $1: job, $2: attempt, $3: rows. */
export const tellExportTotal = {
  name: 'tell-export-total',
  text: `UPDATE export_jobs SET total_row_count = $3 WHERE id = $1 AND attempt = $2 AND state = 'RUNNING'`,
};

/** A part, and how far it is. No row: the job is somebody else's now. $1: job, $2: attempt, $3: sequence, $4: bytes, $5: rows so far, $6: lease in seconds. */
export const addExportChunk = {
  name: 'add-export-chunk',
  text: `WITH mine AS (
           UPDATE export_jobs SET row_count = $5, byte_count = byte_count + length($4::bytea), lease_until = now() + make_interval(secs => $6)
           WHERE id = $1 AND attempt = $2 AND state = 'RUNNING' RETURNING id
         )
         INSERT INTO export_chunks (job_id, sequence, bytes) SELECT id, $3, $4::bytea FROM mine RETURNING job_id AS "jobId"`,
};

/**
 * What is done has as many rows as were written, whatever was counted before. $1: job, $2: attempt, $3: state, $4: reason of a
 * failure, $5: for how many milliseconds the link works.
 */
export const endExportJob = {
  name: 'end-export-job',
  text: `UPDATE export_jobs SET state = $3::text, failure_reason = $4, finished_at = now(), expires_at = now() + $5 * interval '1 ms', lease_until = NULL,
           total_row_count = CASE WHEN $3::text = 'DONE' THEN row_count ELSE total_row_count END
         WHERE id = $1 AND attempt = $2 AND state = 'RUNNING'`,
};

/** Another worker may take it at once. $1: job, $2: attempt. */
export const handBackExportJob = {
  name: 'hand-back-export-job',
  text: `UPDATE export_jobs SET state = 'WAITING', lease_until = NULL WHERE id = $1 AND attempt = $2 AND state = 'RUNNING'`,
};

/** The finished file behind a link that still works. $1: token. */
export const readExportFile = {
  name: 'read-export-file',
  text: `SELECT id, kind, format, byte_count AS "byteCount" FROM export_jobs WHERE token = $1 AND state = 'DONE' AND expires_at > now()`,
};

/** $1: job, $2: sequence. */
export const readExportChunk = {
  name: 'read-export-chunk',
  text: 'SELECT bytes FROM export_chunks WHERE job_id = $1 AND sequence = $2',
};

/**
 * A restaurant's movements at the processor, oldest first. $1: restaurant; $2, $3: from and before; $4: payout, or null; $5, $6: time
 * and id after which it goes on, or null; $7: limit.
 */
export const readSettlementPage = {
  name: 'read-settlement-page',
  text: `SELECT t.id, t.reporting_category AS "category", t.occurred_at AS "occurredAt", t.available_on AS "availableOn", t.currency,
           t.gross_amount AS "grossMinor", t.fee_amount AS "feeMinor", t.net_amount AS "netMinor", t.payout_id AS "payoutId",
           o.status AS "payoutStatus", o.arrival_at AS "arrivalAt", t.source_id AS "sourceId", t.charge_id AS "chargeId",
           t.intent_id AS "intentId", t.payment_id AS "paymentId", t.source_amount AS "sourceMinor",
           t.source_currency AS "sourceCurrency", p.receipt_number AS "receiptNumber", p.business_day::text AS "businessDay",
           p.method::text AS method, p.card_brand AS "cardBrand", p.card_funding AS "cardFunding", p.wallet, r.order_number AS "orderNumber"
         FROM processor_transactions t
         LEFT JOIN payouts o ON o.id = t.payout_id
         LEFT JOIN payments p ON p.id = t.payment_id
         LEFT JOIN orders r ON r.id = p.order_id
         WHERE t.restaurant_id = $1 AND t.occurred_at >= $2 AND t.occurred_at < $3 AND ($4::text IS NULL OR t.payout_id = $4)
           AND ($5::timestamptz IS NULL OR (t.occurred_at, t.id) > ($5, $6::text))
         ORDER BY t.occurred_at, t.id LIMIT $7`,
};

/** The same summed by currency and kind. $1 to $4 as above. */
export const sumSettlement = {
  name: 'sum-settlement',
  text: `SELECT currency, reporting_category AS category, count(*)::int AS count, sum(gross_amount)::float8 AS "grossMinor",
           sum(fee_amount)::float8 AS "feeMinor", sum(net_amount)::float8 AS "netMinor"
         FROM processor_transactions
         WHERE restaurant_id = $1 AND occurred_at >= $2 AND occurred_at < $3 AND ($4::text IS NULL OR payout_id = $4)
         GROUP BY 1, 2 ORDER BY 1, 2`,
};

/** What stands above a restaurant's documents. $1: restaurant. */
export const readLetterhead = {
  name: 'read-letterhead',
  text: 'SELECT name, address, locale, time_zone AS "timeZone" FROM restaurants WHERE id = $1',
};
