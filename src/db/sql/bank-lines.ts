/** $1..$3: account, mapping, who. */
export const keepMapping = {
  name: 'keep-bank-mapping',
  text: `INSERT INTO bank_mappings (account, mapping, updated_by) VALUES ($1, $2::jsonb, $3)
         ON CONFLICT (account) DO UPDATE SET mapping = excluded.mapping, updated_by = excluded.updated_by, updated_at = now()`,
};

export const readMappings = {
  name: 'read-bank-mappings',
  text: `SELECT account, mapping, updated_by AS "updatedBy", updated_at AS "updatedAt" FROM bank_mappings
         WHERE $1::text IS NULL OR account = $1 ORDER BY account`,
};

const IMPORT = `id, account, first_day::text AS "firstDay", last_day::text AS "lastDay", line_count AS "lineCount",
  new_count AS "newCount", imported_by AS "importedBy", created_at AS "createdAt"`;

export const findImport = {
  name: 'find-bank-import',
  text: `SELECT ${IMPORT} FROM bank_imports WHERE account = $1 AND file_hash = $2`,
};

export const readImport = {
  name: 'read-bank-import',
  text: `SELECT ${IMPORT} FROM bank_imports WHERE id = $1`,
};

/** $1..$8: id, account, hash, currency, first and last day, lines, who. Answers no row when the file is here. */
export const insertImport = {
  name: 'insert-bank-import',
  text: `INSERT INTO bank_imports (id, account, file_hash, currency, first_day, last_day, line_count, new_count, imported_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (account, file_hash) DO NOTHING RETURNING id`,
};

/** Keeps the lines that are not here. $1: import, $2: account, $3: list. */
export const insertLines = {
  name: 'insert-bank-lines',
  text: `WITH kept AS (
           INSERT INTO bank_lines (id, import_id, account, booked_on, amount, currency, description, reference, digest, occurrence)
           SELECT id, $1::uuid, $2::text, booked_on, amount, currency, description, reference, digest, occurrence
           FROM json_to_recordset($3::json) AS l (id uuid, booked_on date, amount bigint, currency text, description text,
             reference text, digest text, occurrence smallint) ORDER BY digest, occurrence
           ON CONFLICT (account, digest, occurrence) DO NOTHING RETURNING id)
         UPDATE bank_imports SET new_count = (SELECT count(*) FROM kept) WHERE id = $1`,
};

/** How many of these are here. $1: account, $2: list of {digest, occurrence}. */
export const countKnownLines = {
  name: 'count-known-bank-lines',
  text: `SELECT count(*)::int AS known FROM bank_lines b
         JOIN json_to_recordset($2::json) AS l (digest text, occurrence smallint) USING (digest, occurrence) WHERE b.account = $1`,
};

/** Lines for reconciliation. $1, $2: first and last day. */
export const readBankLines = {
  name: 'read-bank-lines',
  text: `SELECT id, booked_on::text AS "bookedOn", amount AS "amountMinor", currency,
           concat_ws(' ', description, reference) AS text, payout_id AS "linkedPayoutId"
         FROM bank_lines WHERE booked_on BETWEEN $1::date AND $2::date
           OR payout_id IN (SELECT id FROM payouts WHERE (arrival_at AT TIME ZONE 'UTC')::date BETWEEN $1::date AND $2::date)
         ORDER BY booked_on, id`,
};

/** Payouts by the day on which they arrive. $1, $2: first and last day. */
export const readBankPayouts = {
  name: 'read-bank-payouts',
  text: `SELECT id, (arrival_at AT TIME ZONE 'UTC')::date::text AS "arrivesOn", amount AS "amountMinor", currency, status,
           trace_id AS "traceId"
         FROM payouts WHERE (arrival_at AT TIME ZONE 'UTC')::date BETWEEN $1::date AND $2::date ORDER BY arrival_at, id`,
};

/** Up to which day statements of each currency reach. */
export const readStatementEnds = {
  name: 'read-bank-statement-ends',
  text: 'SELECT currency, max(last_day)::text AS "until" FROM bank_imports GROUP BY 1',
};

/** Ties a line to a payout by a person's word. $1: line, $2: payout. */
export const linkLine = {
  name: 'link-bank-line',
  text: 'UPDATE bank_lines SET payout_id = $2 WHERE id = $1 AND EXISTS (SELECT FROM payouts WHERE id = $2) RETURNING id',
};
