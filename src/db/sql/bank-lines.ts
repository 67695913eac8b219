/** Keeps the mapping, and locks the account until the end: its files come in one after the other. $1..$3: account, mapping, who. */
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

/** Whether this very file is here, and was read the same way. $1..$5: account, hash, mapping, first and last day. */
export const findImport = {
  name: 'find-bank-import',
  text: `SELECT id, coalesce(mapping = $3::jsonb AND first_day = $4::date AND last_day = $5::date, FALSE) AS "isSame"
         FROM bank_imports WHERE account = $1 AND file_hash = $2`,
};

export const readImport = {
  name: 'read-bank-import',
  text: `SELECT id, account, currency, first_day::text AS "firstDay", last_day::text AS "lastDay", line_count AS "lineCount",
           new_count AS "newCount", imported_by AS "importedBy", created_at AS "createdAt"
         FROM bank_imports WHERE id = $1`,
};

/** Keeps a file, or the other reading of one that is here. $1..$9: id, account, hash, currency, first and last day, lines, who, mapping. */
export const keepImport = {
  name: 'keep-bank-import',
  text: `INSERT INTO bank_imports (id, account, file_hash, currency, first_day, last_day, line_count, new_count, imported_by, mapping)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9::jsonb)
         ON CONFLICT (account, file_hash) DO UPDATE SET currency = excluded.currency, first_day = excluded.first_day,
           last_day = excluded.last_day, line_count = excluded.line_count, new_count = 0, imported_by = excluded.imported_by,
           mapping = excluded.mapping`,
};

/** Takes its lines away from an import; those that no file has any more go by `removeLines`. $1: import. */
export const unlinkLines = {
  name: 'unlink-bank-import-lines',
  text: 'DELETE FROM bank_import_lines WHERE import_id = $1',
};

/** Keeps the lines that are not here, and that the import has them. $1: import, $2: account, $3: list. */
export const insertLines = {
  name: 'insert-bank-lines',
  text: `WITH read AS (
           SELECT * FROM json_to_recordset($3::json) AS l (id uuid, booked_on date, amount bigint, currency text, description text,
             reference text, digest text, occurrence smallint)
         ), kept AS (
           INSERT INTO bank_lines (id, account, booked_on, amount, currency, description, reference, digest, occurrence)
           SELECT id, $2::text, booked_on, amount, currency, description, reference, digest, occurrence FROM read
           ORDER BY digest, occurrence ON CONFLICT (account, digest, occurrence) DO NOTHING RETURNING id
         ), had AS (
           INSERT INTO bank_import_lines (import_id, line_id)
           SELECT $1::uuid, id FROM kept
           UNION ALL SELECT $1::uuid, b.id FROM read JOIN bank_lines b USING (digest, occurrence) WHERE b.account = $2
         )
         UPDATE bank_imports SET new_count = (SELECT count(*) FROM kept) WHERE id = $1`,
};

const HAS_NO_FILE = 'NOT EXISTS (SELECT FROM bank_import_lines l WHERE l.line_id = b.id)';

/** Removes the lines of an account that no file has any more, but none on which a person's word rests. $1: account. */
export const removeLines = {
  name: 'remove-bank-lines',
  text: `WITH resolved AS MATERIALIZED (
           SELECT subject, facts FROM discrepancies WHERE way = 'BANK' AND resolution IN ('ACCEPTED', 'CORRECTED')
         ), worked_on (line_id) AS MATERIALIZED (
           SELECT substr(subject, 6) FROM resolved WHERE subject LIKE 'bank:%'
           UNION SELECT facts ->> 'bankLineId' FROM resolved
           UNION SELECT jsonb_array_elements_text(facts -> 'bankLineIds') FROM resolved WHERE facts ? 'bankLineIds'
         ), removed AS (
           DELETE FROM bank_lines b WHERE b.account = $1 AND ${HAS_NO_FILE} AND b.payout_id IS NULL
             AND NOT EXISTS (SELECT FROM worked_on w WHERE w.line_id = b.id::text) RETURNING b.id
         ) SELECT count(*)::int AS removed FROM removed`,
};

/** How many lines of an account no file has. $1: account. */
export const countLinesOfNoFile = {
  name: 'count-bank-lines-of-no-file',
  text: `SELECT count(*)::int AS count FROM bank_lines b WHERE b.account = $1 AND ${HAS_NO_FILE}`,
};

/** How many of these are here. $1: account, $2: list of {digest, occurrence}. */
export const countKnownLines = {
  name: 'count-known-bank-lines',
  text: `SELECT count(*)::int AS known FROM bank_lines b
         JOIN json_to_recordset($2::json) AS l (digest text, occurrence smallint) USING (digest, occurrence) WHERE b.account = $1`,
};

const ARRIVES_ON = `(arrival_at AT TIME ZONE 'UTC')::date`;

/** Payouts that arrive from $1 to $2, and those to which a person tied a line of these days, whenever they arrive. */
const PAYOUTS = `SELECT id FROM payouts WHERE ${ARRIVES_ON} BETWEEN $1::date AND $2::date
  UNION SELECT payout_id FROM bank_lines WHERE booked_on BETWEEN $1::date AND $2::date AND payout_id IS NOT NULL`;

/** Lines for reconciliation, with all that people tied to its payouts. $1, $2: first and last day. */
export const readBankLines = {
  name: 'read-bank-lines',
  text: `SELECT id, booked_on::text AS "bookedOn", amount AS "amountMinor", currency,
           concat_ws(' ', description, reference) AS text, payout_id AS "linkedPayoutId"
         FROM bank_lines WHERE booked_on BETWEEN $1::date AND $2::date OR payout_id IN (${PAYOUTS})
         ORDER BY booked_on, id`,
};

/** Payouts for reconciliation. $1, $2: first and last day. */
export const readBankPayouts = {
  name: 'read-bank-payouts',
  text: `SELECT id, ${ARRIVES_ON}::text AS "arrivesOn", amount AS "amountMinor", currency, status, trace_id AS "traceId"
         FROM payouts WHERE id IN (${PAYOUTS}) ORDER BY arrival_at, id`,
};

/** Which days of which accounts are imported. */
export const readStatements = {
  name: 'read-bank-statements',
  text: `SELECT DISTINCT account, currency, first_day::text AS "firstDay", last_day::text AS "lastDay" FROM bank_imports
         ORDER BY account, currency, "firstDay", "lastDay"`,
};

/** On which accounts payouts were seen, by what people said or by amount and day. $1: days that a line may be away. */
export const readPayoutsSeen = {
  name: 'read-payouts-seen',
  text: `SELECT b.account, p.currency, ${ARRIVES_ON}::text AS day FROM bank_lines b JOIN payouts p ON p.id = b.payout_id
         UNION SELECT b.account, p.currency, ${ARRIVES_ON}::text FROM bank_lines b
         JOIN payouts p ON p.currency = b.currency AND p.amount = b.amount AND abs(${ARRIVES_ON} - b.booked_on) <= $1::int
         WHERE b.payout_id IS NULL AND p.status = 'paid'`,
};

/** Ties a line to a payout by a person's word. $1: line, $2: payout. */
export const linkLine = {
  name: 'link-bank-line',
  text: 'UPDATE bank_lines SET payout_id = $2 WHERE id = $1 AND EXISTS (SELECT FROM payouts WHERE id = $2) RETURNING id',
};
