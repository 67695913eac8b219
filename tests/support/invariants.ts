import type { Pool } from 'pg';
import { expect } from 'vitest';

/**
 * Bills (a table session's orders, or one order of no session) of which every order that received money is PAID. Those whose
 * orders the platform changed are left out: a shift between subtotal and tax after the payment is in no payment's books.
 */
const PAID_BILLS = `
    WITH bills AS (
      SELECT coalesce(o.table_session_id, o.id) AS bill,
        sum(o.subtotal_amount + s.adjusted_subtotal_amount) FILTER (WHERE s.captured_amount > 0) AS subtotal,
        sum(o.tax_amount + s.adjusted_tax_amount) FILTER (WHERE s.captured_amount > 0) AS tax
      FROM orders o JOIN order_payment_states s ON s.order_id = o.id
      GROUP BY 1
      HAVING bool_and(o.version = 1 AND (s.captured_amount = 0 OR s.state = 'PAID')) AND bool_or(s.captured_amount > 0))`;

/** A rule of the books and the rows that break it: there must be none. */
const RULES: Record<string, string> = {
  'a payment is the sum of its parts': `
    SELECT id FROM payments WHERE total_amount <> amount + tax_amount + tip_amount`,
  'the allocations of a payment are its subtotal, its tax and no more than its tip': `
    SELECT p.id, p.amount, p.tax_amount, p.tip_amount, sum(a.subtotal_amount), sum(a.tax_amount), sum(a.tip_amount)
    FROM payments p LEFT JOIN payment_allocations a ON a.payment_id = p.id
    GROUP BY p.id HAVING coalesce(sum(a.subtotal_amount), 0) <> p.amount OR coalesce(sum(a.tax_amount), 0) <> p.tax_amount
      OR coalesce(sum(a.tip_amount), 0) > p.tip_amount`,
  'an order has received what its captured payments allot to it': `
    SELECT s.order_id, s.captured_amount, coalesce(c.captured, 0) FROM order_payment_states s
    LEFT JOIN (
      SELECT a.order_id, sum(a.subtotal_amount + a.tax_amount + a.tip_amount) AS captured
      FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
      WHERE p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED') GROUP BY 1) c ON c.order_id = s.order_id
    WHERE s.captured_amount <> coalesce(c.captured, 0)`,
  'an order has given back what its allocations gave back': `
    SELECT s.order_id FROM order_payment_states s
    LEFT JOIN (SELECT order_id, sum(refunded_amount) AS refunded FROM payment_allocations GROUP BY 1) c ON c.order_id = s.order_id
    WHERE s.refunded_amount <> coalesce(c.refunded, 0)`,
  'the state of an order follows from its bill and its money': `
    SELECT * FROM (
      SELECT s.order_id, s.state, s.captured_amount - s.refunded_amount AS kept, s.captured_amount AS captured,
        CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE greatest(0, o.subtotal_amount + o.tax_amount + o.tip_amount
          + s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount) END AS gross
      FROM order_payment_states s JOIN orders o ON o.id = s.order_id) x
    WHERE state <> CASE WHEN captured > 0 AND kept <= 0 THEN 'REFUNDED' WHEN kept > gross THEN 'OVERPAID'
      WHEN kept = gross THEN 'PAID' WHEN kept > 0 THEN 'PARTIALLY_PAID' ELSE 'UNPAID' END`,
  'what refunds took off an order is the sum of its adjustments': `
    SELECT s.order_id FROM order_payment_states s LEFT JOIN (
      SELECT order_id, sum(subtotal_amount) AS subtotal, sum(tax_amount) AS tax, sum(tip_amount) AS tip
      FROM order_adjustments GROUP BY 1) a USING (order_id)
    WHERE (s.adjusted_subtotal_amount, s.adjusted_tax_amount, s.adjusted_tip_amount)
      <> (coalesce(a.subtotal, 0), coalesce(a.tax, 0), coalesce(a.tip, 0))`,
  'every order has a payment state': `
    SELECT o.id FROM orders o LEFT JOIN order_payment_states s ON s.order_id = o.id WHERE s.order_id IS NULL`,
  'a captured payment is in the ledger once and whole, no other is': `
    SELECT p.id, p.status, p.total_amount, sum(l.amount) FROM payments p
    LEFT JOIN ledger_transactions t ON t.payment_id = p.id AND t.fact_key = 'capture:' || p.id
    LEFT JOIN ledger_postings l ON l.transaction_id = t.id AND l.amount > 0
    GROUP BY p.id
    HAVING (p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')) <> (count(t.id) > 0)
      OR (count(t.id) > 0 AND sum(l.amount) <> p.total_amount)`,
  'guest credit in the ledger is what orders hold above their bill': `
    SELECT coalesce(a.restaurant_id, b.restaurant_id), a.credit, b.over FROM (
      SELECT t.restaurant_id, -sum(p.amount) AS credit FROM ledger_postings p
      JOIN ledger_transactions t ON t.id = p.transaction_id WHERE p.account = 'GUEST_CREDIT' GROUP BY 1) a
    FULL JOIN (
      SELECT s.restaurant_id, sum(greatest(0, s.captured_amount - s.refunded_amount
        - CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE greatest(0, o.subtotal_amount + o.tax_amount + o.tip_amount
          + s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount) END)) AS over
      FROM order_payment_states s JOIN orders o ON o.id = s.order_id GROUP BY 1) b USING (restaurant_id)
    WHERE coalesce(a.credit, 0) <> coalesce(b.over, 0)`,
  'a paid bill is in the ledger by its parts: sales net of refunds its subtotals, tax net its taxes': `
    ${PAID_BILLS}
    SELECT b.bill, b.subtotal, b.tax, l.sales, l.tax AS ledger_tax FROM bills b JOIN (
      SELECT coalesce(p.table_session_id, p.order_id) AS bill,
        -coalesce(sum(lp.amount) FILTER (WHERE lp.account IN ('SALES', 'REFUNDS')), 0) AS sales,
        -coalesce(sum(lp.amount) FILTER (WHERE lp.account = 'TAX_PAYABLE'), 0) AS tax,
        bool_or(lp.account = 'GUEST_CREDIT') AS has_credit
      FROM payments p JOIN ledger_transactions t ON t.payment_id = p.id JOIN ledger_postings lp ON lp.transaction_id = t.id
      GROUP BY 1) l ON l.bill = b.bill
    WHERE NOT l.has_credit AND (l.sales <> b.subtotal OR l.tax <> b.tax)`,
  'a captured payment has receipt, completion time and business day': `
    SELECT id FROM payments WHERE status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')
      AND (receipt_number IS NULL OR receipt_url IS NULL OR completed_at IS NULL OR business_day IS NULL)`,
  'receipts of a restaurant and day are numbered 1 to n without gaps': `
    SELECT restaurant_id, business_day, count(*), max(split_part(receipt_number, '-', 2)::int) FROM payments
    WHERE receipt_number IS NOT NULL GROUP BY 1, 2
    HAVING count(DISTINCT receipt_number) <> count(*) OR max(split_part(receipt_number, '-', 2)::int) <> count(*)`,
  'a participant of a split is what its payment is': `
    SELECT s.id, s.status, p.status, s.amount, s.tip_amount, a.bill, p.total_amount FROM split_payment_participants s
    JOIN payments p ON p.id = s.payment_id
    JOIN LATERAL (SELECT sum(subtotal_amount + tax_amount + tip_amount) AS bill FROM payment_allocations
      WHERE payment_id = p.id) a ON TRUE
    WHERE s.status <> p.status OR s.amount <> a.bill OR s.tip_amount <> p.total_amount - a.bill
      OR p.split_group_id IS DISTINCT FROM s.split_group_id`,
  'a split is complete when every share was paid and they reach the whole, cancelled when no money of it is left': `
    SELECT g.id, g.state FROM split_groups g JOIN payments p ON p.split_group_id = g.id
    JOIN split_payment_participants s ON s.payment_id = p.id GROUP BY g.id
    HAVING (g.state = 'COMPLETED') IS DISTINCT FROM (g.state NOT IN ('CANCELLING', 'CANCELLED') AND sum(s.amount) >= g.total_amount
        AND bool_and(p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')))
      OR (g.state = 'OPEN' AND NOT bool_or(p.status IN ('PENDING', 'PROCESSING', 'FAILED')))
      OR (g.state = 'INCOMPLETE' AND bool_or(p.status IN ('PENDING', 'PROCESSING', 'FAILED')))
      OR (g.state = 'CANCELLED' AND bool_or(p.status IN ('PENDING', 'PROCESSING', 'FAILED')))`,
  'the history of a payment begins with its creation and ends in its status': `
    SELECT p.id, p.status, last.new_status FROM payments p
    LEFT JOIN LATERAL (SELECT new_status FROM payment_audit_log a WHERE a.payment_id = p.id ORDER BY a.id DESC LIMIT 1) last ON TRUE
    LEFT JOIN LATERAL (SELECT action FROM payment_audit_log a WHERE a.payment_id = p.id ORDER BY a.id LIMIT 1) first ON TRUE
    WHERE last.new_status IS DISTINCT FROM p.status OR first.action IS DISTINCT FROM 'created'`,
};

/**
 * What holds at any moment, whatever a test has left under way: the end of every test database checks it (database.ts),
 * so that no test file can forget.
 */
const ALWAYS: Record<string, string> = {
  'the ledger sums to zero per restaurant and currency': `
    SELECT t.restaurant_id, t.currency, sum(p.amount) FROM ledger_postings p
    JOIN ledger_transactions t ON t.id = p.transaction_id
    GROUP BY 1, 2 HAVING sum(p.amount) <> 0`,
  'every set of postings sums to zero': `
    SELECT transaction_id, sum(amount) FROM ledger_postings GROUP BY 1 HAVING sum(amount) <> 0`,
  'a payout is shared out exactly': `
    SELECT p.id, p.amount, sum(s.amount) FROM payouts p LEFT JOIN payout_shares s ON s.payout_id = p.id
    WHERE p.posted_at IS NOT NULL GROUP BY p.id HAVING coalesce(sum(s.amount), 0) <> p.amount`,
  'the funds of a dispute are in the ledger as often as they moved': `
    SELECT t.id FROM processor_transactions t LEFT JOIN ledger_transactions l ON l.fact_key = 'dispute:' || t.id
    WHERE t.reporting_category IN ('dispute', 'dispute_reversal') AND t.posted_at IS NOT NULL AND t.payment_id IS NOT NULL
    GROUP BY t.id HAVING count(l.id) <> 1 AND max(abs(t.gross_amount) + abs(t.fee_amount)) > 0`,
  'unmatched receipts in the books are those on the work list, less what the processor moved of them since': `
    WITH listed AS (
      SELECT d.restaurant_id, l.currency, sum(CASE WHEN EXISTS (
          SELECT FROM ledger_transactions c WHERE c.fact_key = replace(d.fact_key, 'unmatched:', 'unmatched-settled:')) THEN 0
        ELSE d.actual_amount + coalesce(m.minor, 0) END) AS minor
      FROM discrepancies d JOIN ledger_transactions l ON l.fact_key = d.fact_key AND d.fact_key LIKE 'unmatched:%'
      LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN coalesce(t.source_currency, t.currency) = t.currency THEN t.gross_amount
          ELSE sign(t.gross_amount) * t.source_amount END) AS minor
        FROM processor_transactions t WHERE t.payment_id = d.payment_id AND t.posted_at IS NOT NULL
          AND t.reporting_category LIKE 'refund%' AND 'unmatched:' || t.intent_id = d.fact_key) m ON TRUE
      GROUP BY 1, 2
    ), booked AS (
      SELECT t.restaurant_id, t.currency, -sum(p.amount) AS minor FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
      WHERE p.account = 'UNMATCHED_RECEIPTS' AND t.fact_key LIKE 'unmatched%' GROUP BY 1, 2)
    SELECT * FROM listed FULL JOIN booked USING (restaurant_id, currency)
    WHERE coalesce(listed.minor, 0) <> coalesce(booked.minor, 0)`,
  'no receipt that went back whole holds a payment': `
    SELECT p.id FROM payments p JOIN ledger_transactions t ON t.payment_id = p.id AND t.fact_key LIKE 'unmatched%'
    JOIN ledger_postings l ON l.transaction_id = t.id AND l.account = 'UNMATCHED_RECEIPTS'
    WHERE p.status = 'PROCESSING' AND p.fact_rank = 5 GROUP BY p.id, t.currency HAVING sum(l.amount) = 0
      AND NOT EXISTS (SELECT FROM ledger_transactions o JOIN ledger_postings i ON i.transaction_id = o.id
        WHERE o.payment_id = p.id AND i.account = 'UNMATCHED_RECEIPTS' GROUP BY o.currency HAVING sum(i.amount) <> 0)`,
  'the fee of a payment is what its charge paid': `
    SELECT p.id, p.fee_amount, t.fee_amount FROM payments p JOIN processor_transactions t ON t.payment_id = p.id
    WHERE t.reporting_category = 'charge' AND t.currency = p.currency AND t.intent_id = p.payment_intent_id
      AND (p.fee_amount, p.net_amount) IS DISTINCT FROM (t.fee_amount::int, t.net_amount::int)`,
};

/** Asserts what holds at any moment. */
export async function assertLedgerBalances(pool: Pool): Promise<void> {
  await assertNone(pool, ALWAYS);
}

/** Asserts that money, bills, ledger, receipts and history of the whole database agree. Nothing may be under way. */
export async function assertBooksBalance(pool: Pool): Promise<void> {
  await assertNone(pool, { ...ALWAYS, ...RULES });
}

async function assertNone(pool: Pool, rules: Record<string, string>): Promise<void> {
  const broken: Record<string, unknown[]> = {};
  for (const [rule, sql] of Object.entries(rules)) {
    const { rows } = await pool.query(sql);
    if (rows.length > 0) broken[rule] = rows.slice(0, 5);
  }
  expect(broken, Object.keys(broken).join('; ')).toEqual({});
}
