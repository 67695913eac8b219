import { CAPTURED } from './captured';
/**
 * A business day's money, counted from payments, refunds and drawers in one statement, so as of one moment. Refunds count on
 * their own day by their ledger facts; one that failed later counts negative on the day it failed. A line CREDIT is what the ledger
 * has otherwise: paid beyond the bill, or of a bill made smaller later, so owed to guests until it goes back. $1: restaurant; $2: day.
 */
export const countDay = {
  name: 'count-business-day',
  text: `
WITH paid AS (
  SELECT p.id, p.currency, p.method::text AS method, p.amount, p.tax_amount, p.tip_amount, p.total_amount, p.receipt_number
  FROM payments p
  WHERE p.restaurant_id = $1 AND p.business_day = $2::date AND p.status IN ${CAPTURED}
), given_back AS (
  SELECT r.id, p.currency, p.method::text AS method, CASE WHEN t.fact_key = 'refund:' || r.id THEN 1 ELSE -1 END AS sign,
    r.refund_amount, r.tax_refund_amount, r.tip_refund_amount
  FROM ledger_transactions t
  JOIN payment_refunds r ON r.payment_id = t.payment_id AND t.fact_key IN ('refund:' || r.id, 'refund-failed:' || r.id)
  JOIN payments p ON p.id = r.payment_id
  WHERE t.restaurant_id = $1 AND t.business_day = $2::date
), payment_lines AS (
  SELECT currency, method, count(*)::int AS count, sum(amount)::bigint AS subtotal, sum(tax_amount)::bigint AS tax,
    sum(tip_amount)::bigint AS tip, sum(total_amount)::bigint AS total,
    coalesce(sum(total_amount) FILTER (WHERE method = 'CASH' AND NOT EXISTS (
      SELECT 1 FROM drawer_movements m WHERE m.payment_id = paid.id AND m.kind = 'CASH_PAYMENT')), 0)::bigint AS loose
  FROM paid GROUP BY 1, 2
), refund_lines AS (
  SELECT currency, method, sum(sign)::int AS count, sum(sign * (refund_amount - tax_refund_amount - tip_refund_amount))::bigint AS subtotal,
    sum(sign * tax_refund_amount)::bigint AS tax, sum(sign * tip_refund_amount)::bigint AS tip,
    sum(sign * refund_amount)::bigint AS total,
    coalesce(sum(sign * refund_amount) FILTER (WHERE method = 'CASH' AND NOT EXISTS (
      SELECT 1 FROM drawer_movements m WHERE m.refund_id = given_back.id)), 0)::bigint AS loose
  FROM given_back GROUP BY 1, 2
), booked AS (
  SELECT t.currency, -coalesce(sum(p.amount) FILTER (WHERE p.account IN ('SALES', 'REFUNDS')), 0) AS subtotal,
    -coalesce(sum(p.amount) FILTER (WHERE p.account = 'TAX_PAYABLE'), 0) AS tax,
    -coalesce(sum(p.amount) FILTER (WHERE p.account = 'TIPS_PAYABLE'), 0) AS tip
  FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id
  WHERE t.restaurant_id = $1 AND t.business_day = $2::date
    AND p.account IN ('SALES', 'REFUNDS', 'TAX_PAYABLE', 'TIPS_PAYABLE') GROUP BY 1
), credit_lines AS (
  SELECT currency, sum(subtotal)::bigint AS subtotal, sum(tax)::bigint AS tax, sum(tip)::bigint AS tip
  FROM (SELECT currency, subtotal, tax, tip FROM booked
        UNION ALL SELECT currency, -subtotal, -tax, -tip FROM payment_lines
        UNION ALL SELECT currency, subtotal, tax, tip FROM refund_lines) parts
  GROUP BY 1 HAVING sum(subtotal) <> 0 OR sum(tax) <> 0 OR sum(tip) <> 0
), lines AS (
  SELECT 'PAYMENT' AS kind, * FROM payment_lines UNION ALL SELECT 'REFUND', * FROM refund_lines
  UNION ALL SELECT 'CREDIT', currency, 'NONE', 0, subtotal, tax, tip, 0, 0 FROM credit_lines
)
SELECT
  (SELECT coalesce(json_agg(json_build_object('kind', kind, 'currency', currency, 'method', method, 'count', count,
     'subtotalMinor', subtotal, 'taxMinor', tax, 'tipMinor', tip, 'totalMinor', total, 'looseCashMinor', loose)
     ORDER BY currency, kind, method), '[]') FROM lines) AS lines,
  (SELECT json_build_object('count', count(*),
     'first', (array_agg(receipt_number ORDER BY length(receipt_number), receipt_number))[1],
     'last', (array_agg(receipt_number ORDER BY length(receipt_number) DESC, receipt_number DESC))[1]) FROM paid) AS receipts,
  (SELECT coalesce(json_agg(d.id ORDER BY d.id), '[]') FROM drawer_sessions d
     WHERE d.restaurant_id = $1 AND d.business_day = $2::date) AS "drawerIds",
  EXISTS (SELECT 1 FROM drawer_sessions d WHERE d.restaurant_id = $1 AND d.business_day = $2::date AND d.closed_at IS NULL)
    AS "isDrawerOpen"`,
};

const COLUMNS = `number, business_day::text AS "businessDay", replaces_number AS "replacesNumber", figures, made_by AS "madeBy",
  made_at AS "madeAt"`;

/** The restaurant's newest report, for the next number. Under the restaurant's lock. */
export const readLastZNumber = {
  name: 'read-last-z-number',
  text: 'SELECT coalesce(max(number), 0)::int AS "last" FROM z_reports WHERE restaurant_id = $1',
};

/** The newest report of a day. $1: restaurant; $2: day. */
export const readZReportOfDay = {
  name: 'read-z-report-of-day',
  text: `SELECT ${COLUMNS} FROM z_reports WHERE restaurant_id = $1 AND business_day = $2::date ORDER BY number DESC LIMIT 1`,
};

/** $1..$7: restaurant, number, day, number that it replaces, figures, who, now. */
export const insertZReport = {
  name: 'insert-z-report',
  text: `INSERT INTO z_reports (restaurant_id, number, business_day, replaces_number, figures, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7)`,
};

export const readZReport = {
  name: 'read-z-report',
  text: `SELECT ${COLUMNS} FROM z_reports WHERE restaurant_id = $1 AND number = $2`,
};

/** Newest first. $1: restaurant; $2: below this number, or null; $3: limit. */
export const listZReportRows = {
  name: 'list-z-reports',
  text: `SELECT ${COLUMNS} FROM z_reports WHERE restaurant_id = $1 AND ($2::int IS NULL OR number < $2::int)
         ORDER BY number DESC LIMIT $3`,
};
