import type { Statement } from '../sql';
import { CAPTURED } from './captured';
import {
  BILL,
  BOOKS_RECEIPT,
  CASH_IN_DRAWER,
  DISPUTE_MOVED,
  GIVEN_BACK,
  KIND,
  keptForBill,
  MONEY_ACCOUNTS,
  MONEY_FACTS,
  MOVES_RECEIPT,
  PRESENTED,
  PRESENTED_CURRENCY,
  RECEIPT_TAKEN,
  RECEIPTS,
  REFUNDED_AT,
} from './reconciliation-terms';

/**
 * What reconciliation compares, page by page, each side of a subject beside the other: a page is some days of some restaurants.
 * What surely matches is summed here and never leaves the database; the rest comes as facts for src/domain/reconciliation, which
 * judges it. No order is asked for: subjects are read as they lie in their table, and so are their other sides, which came with
 * them. All take $1 restaurants (null: what belongs to none), $2, $3 first and last business day, $4, $5 from and before, $6 now,
 * $7 how many others at most (null: all), and answer one row: "matched" sums by currency, "otherCount", "others".
 */
function page(name: string, facts: string, matched: string): Statement {
  return {
    name: `reconcile-${name}`,
    text: `
WITH given AS (SELECT $1::text[], $2::date, $3::date, $4::timestamptz, $5::timestamptz, $6::timestamptz),
judged AS MATERIALIZED (SELECT *, coalesce(${matched}, FALSE) AS "isMatched" FROM (${facts}) subjects)
SELECT (SELECT coalesce(json_agg(m), '[]') FROM (
     SELECT currency, count(*)::int AS "count", coalesce(sum("oursMinor"), 0)::bigint AS "oursMinor",
       coalesce(sum("theirsMinor"), 0)::bigint AS "theirsMinor"
     FROM judged WHERE "isMatched" GROUP BY currency ORDER BY currency) m) AS "matched",
  (SELECT count(*)::int FROM judged WHERE NOT "isMatched") AS "otherCount",
  (SELECT coalesce(json_agg(o ORDER BY day, subject), '[]')
   FROM (SELECT * FROM judged WHERE NOT "isMatched" LIMIT $7) o) AS "others"`,
  };
}

const age = (at: string) => `extract(epoch FROM $6::timestamptz - ${at})::bigint AS "ageSec"`;
/** Of an instant, in the period: only minutes around a clock change could lie beside it. */
const dayOf = (at: string, zone: string, hour: string) =>
  `least(greatest(((${at} AT TIME ZONE ${zone}) - make_interval(hours => ${hour}))::date, $2::date), $3::date)::text AS day`;
const localDay = (at: string) => dayOf(at, 'z.time_zone', 'z.closing_hour');
const utcDay = (at: string) => dayOf(at, `'UTC'`, '0');

const paymentColumns = `p.restaurant_id AS "restaurantId", p.id AS "paymentId", p.order_id AS "orderId"`;

/** PROCESSOR: payments that took money, and their charges. */
export const chargePages = page(
  'charges',
  `SELECT 'charge:' || p.id AS subject, p.business_day::text AS day, ${paymentColumns},
     p.currency::text AS currency, CASE WHEN p.provider <> 'CASH' THEN p.total_amount END AS "oursMinor",
     c.amount::bigint AS "theirsMinor", c.currency::text AS "theirsCurrency", ${age('p.completed_at')}, TRUE AS "isCaptured",
     p.provider <> 'CASH' AS "isByProcessor", c.count AS "chargeCount", p.fee_amount AS "feeMinor",
     CASE WHEN c.settled = p.currency AND c.count = 1 THEN c.fee::bigint END AS "theirFeeMinor", c.ids AS "transactionIds"
   FROM payments p LEFT JOIN LATERAL (
     SELECT count(*)::int AS count, sum(${PRESENTED}) AS amount, min(${PRESENTED_CURRENCY}) AS currency,
       min(t.currency) AS settled, sum(t.fee_amount) AS fee, array_agg(t.id ORDER BY t.id) AS ids
     FROM processor_transactions t WHERE t.payment_id = p.id AND t.reporting_category = 'charge' AND NOT ${GIVEN_BACK}) c ON TRUE
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND p.status IN ${CAPTURED}
     AND (p.provider <> 'CASH' OR c.count > 0)`,
  `"isByProcessor" AND "chargeCount" = 1 AND "oursMinor" = "theirsMinor" AND currency = "theirsCurrency"
     AND ("feeMinor" IS NULL OR "theirFeeMinor" IS NULL OR "feeMinor" = "theirFeeMinor")`,
);

/** PROCESSOR: charges of payments that say that they took nothing, and those that were given back. */
export const uncapturedPages = page(
  'uncaptured-charges',
  `SELECT 'uncaptured:' || t.id AS subject, ${localDay('t.occurred_at')}, ${paymentColumns},
     ${PRESENTED_CURRENCY}::text AS currency, NULL::bigint AS "oursMinor", (${PRESENTED})::bigint AS "theirsMinor",
     ${PRESENTED_CURRENCY}::text AS "theirsCurrency", ${age('t.occurred_at')}, FALSE AS "isCaptured",
     p.provider <> 'CASH' AS "isByProcessor", 1 AS "chargeCount", NULL::bigint AS "feeMinor", NULL::bigint AS "theirFeeMinor",
     p.status AS "paymentStatus", ARRAY[t.id] AS "transactionIds", ${GIVEN_BACK} AS "isGivenBack"
   FROM processor_transactions t JOIN payments p ON p.id = t.payment_id JOIN restaurants z ON z.id = p.restaurant_id
   WHERE t.restaurant_id = ANY ($1) AND t.occurred_at >= $4 AND t.occurred_at < $5 AND t.reporting_category = 'charge'
     AND (p.status NOT IN ${CAPTURED} OR ${GIVEN_BACK})`,
  '"isGivenBack"',
);

/** PROCESSOR: refunds by card, and their balance transactions. */
export const refundPages = page(
  'refunds',
  `SELECT 'refund:' || r.id AS subject, ${localDay(REFUNDED_AT)}, ${paymentColumns},
     p.currency::text AS currency, CASE WHEN r.status = 'FAILED' THEN 0 ELSE -r.refund_amount END AS "oursMinor",
     c.amount::bigint AS "theirsMinor", c.currency::text AS "theirsCurrency", ${age(REFUNDED_AT)}, r.status,
     c.count AS "transactionCount", r.refund_id AS "processorRefundId"
   FROM payment_refunds r JOIN payments p ON p.id = r.payment_id JOIN restaurants z ON z.id = r.restaurant_id
   LEFT JOIN LATERAL (
     SELECT count(*)::int AS count, sum(${PRESENTED}) AS amount, min(${PRESENTED_CURRENCY}) AS currency
     FROM processor_transactions t WHERE t.source_id = r.refund_id) c ON TRUE
   WHERE r.restaurant_id = ANY ($1) AND p.provider <> 'CASH' AND ${REFUNDED_AT} >= $4 AND ${REFUNDED_AT} < $5
    `,
  `(status = 'COMPLETED' AND "oursMinor" = "theirsMinor" AND currency = "theirsCurrency")
     OR (status = 'FAILED' AND coalesce("theirsMinor", 0) = 0)`,
);

/** PROCESSOR: disputes, and their balance transactions. */
export const disputePages = page(
  'disputes',
  `SELECT 'dispute:' || d.id AS subject, ${localDay('d.opened_at')}, ${paymentColumns},
     d.currency::text AS currency, (${DISPUTE_MOVED})::bigint AS "oursMinor", c.amount::bigint AS "theirsMinor",
     c.currency::text AS "theirsCurrency", ${age('d.updated_at')}, d.status, c.count AS "transactionCount"
   FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN restaurants z ON z.id = d.restaurant_id
   LEFT JOIN LATERAL (
     SELECT count(*)::int AS count, sum(${PRESENTED}) AS amount, min(${PRESENTED_CURRENCY}) AS currency
     FROM processor_transactions t WHERE t.source_id = d.id) c ON TRUE
   WHERE d.restaurant_id = ANY ($1) AND d.opened_at >= $4 AND d.opened_at < $5`,
  `"oursMinor" = coalesce("theirsMinor", 0) AND coalesce("theirsCurrency", currency) = currency`,
);

/** PROCESSOR: movements of a restaurant's payments that no refund or dispute here stands for. */
export const unknownMovementPages = page(
  'unknown-movements',
  `SELECT 'movement:' || t.id AS subject, ${localDay('t.occurred_at')}, ${paymentColumns},
     ${PRESENTED_CURRENCY}::text AS currency, NULL::bigint AS "oursMinor", (${PRESENTED})::bigint AS "theirsMinor",
     ${PRESENTED_CURRENCY}::text AS "theirsCurrency", ${age('t.occurred_at')}, ${KIND} AS kind, TRUE AS "isOurs",
     TRUE AS "isPosted", t.source_id AS "sourceId", ${GIVEN_BACK} AS "isGivenBack"
   FROM processor_transactions t JOIN payments p ON p.id = t.payment_id JOIN restaurants z ON z.id = t.restaurant_id
   WHERE t.restaurant_id = ANY ($1) AND t.occurred_at >= $4 AND t.occurred_at < $5 AND t.reporting_category <> 'charge'
     AND NOT EXISTS (SELECT FROM payment_refunds r JOIN payments q ON q.id = r.payment_id
       WHERE r.refund_id = t.source_id AND q.provider <> 'CASH')
     AND NOT EXISTS (SELECT FROM disputes d WHERE d.id = t.source_id)
    `,
  '"isGivenBack"',
);

/** PROCESSOR: movements that belong to no payment of ours; the account's fees beside what was posted of them. */
export const foreignMovementPages = page(
  'foreign-movements',
  `SELECT 'movement:' || t.id AS subject, ${utcDay('t.occurred_at')},
     NULL AS "restaurantId", NULL AS "paymentId", NULL AS "orderId", v.currency::text AS currency,
     CASE WHEN v.kind = 'FEE' AND t.posted_at IS NOT NULL THEN coalesce((
       SELECT -sum(g.amount)::bigint FROM ledger_transactions l JOIN ledger_postings g ON g.transaction_id = l.id
       WHERE l.fact_key = 'account-fee:' || t.id AND g.account = 'PROCESSOR_FEES'), 0) END AS "oursMinor",
     v.amount AS "theirsMinor", v.currency::text AS "theirsCurrency", ${age('t.occurred_at')}, v.kind, FALSE AS "isOurs",
     t.posted_at IS NOT NULL AS "isPosted", t.source_id AS "sourceId", t.charge_id AS "chargeId", t.intent_id AS "intentId"
   FROM processor_transactions t CROSS JOIN LATERAL (
     SELECT ${KIND} AS kind, CASE WHEN ${KIND} = 'FEE' THEN t.net_amount ELSE (${PRESENTED})::bigint END AS amount,
       CASE WHEN ${KIND} = 'FEE' THEN t.currency ELSE ${PRESENTED_CURRENCY} END AS currency) v
   WHERE $1::text[] IS NULL AND t.restaurant_id IS NULL AND t.occurred_at >= $4 AND t.occurred_at < $5 AND v.kind <> 'PAYOUT'
    `,
  `kind = 'FEE' AND "isPosted" AND "oursMinor" = "theirsMinor"`,
);

/** LEDGER: payments that took money, and what they posted. */
export const ledgerPages = page(
  'ledger',
  `SELECT 'ledger:' || p.id AS subject, p.business_day::text AS day, ${paymentColumns},
     p.currency::text AS currency, (p.total_amount - p.refunded_amount)::bigint AS "oursMinor", c.amount::bigint AS "theirsMinor",
     p.currency::text AS "theirsCurrency", ${age('p.completed_at')}, TRUE AS "isCaptured", c.count AS "entryCount"
   FROM payments p LEFT JOIN LATERAL (
     SELECT count(*)::int AS count, sum(g.amount) AS amount
     FROM ledger_transactions l JOIN ledger_postings g ON g.transaction_id = l.id
     WHERE l.payment_id = p.id AND l.currency = p.currency AND g.account IN ${MONEY_ACCOUNTS} AND ${MONEY_FACTS}) c ON TRUE
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND p.status IN ${CAPTURED}
    `,
  `"entryCount" > 0 AND "oursMinor" = "theirsMinor"`,
);

/** LEDGER: captures of payments that took no money. */
export const postedPages = page(
  'posted-without-capture',
  `SELECT 'posted:' || l.id AS subject, l.business_day::text AS day, ${paymentColumns},
     l.currency::text AS currency, NULL::bigint AS "oursMinor", c.amount::bigint AS "theirsMinor",
     l.currency::text AS "theirsCurrency", ${age('l.occurred_at')}, FALSE AS "isCaptured", 1 AS "entryCount",
     p.status AS "paymentStatus"
   FROM ledger_transactions l JOIN payments p ON p.id = l.payment_id
   LEFT JOIN LATERAL (SELECT sum(g.amount) AS amount FROM ledger_postings g
     WHERE g.transaction_id = l.id AND g.account IN ${MONEY_ACCOUNTS}) c ON TRUE
   WHERE l.restaurant_id = ANY ($1) AND l.business_day BETWEEN $2 AND $3 AND l.fact_key LIKE 'capture:%'
     AND p.status NOT IN ${CAPTURED}`,
  'FALSE',
);

/** LEDGER: receipts that fit no payment, what of them has not gone back, and what stands in the ledger. */
export const receiptPages = page(
  'receipts',
  `SELECT replace(d.fact_key, 'unmatched:', 'receipt:') AS subject, ${localDay('l.occurred_at')}, ${paymentColumns},
     l.currency::text AS currency, CASE WHEN ${RECEIPT_TAKEN} THEN 0 ELSE d.actual_amount + m.amount END::bigint AS "oursMinor",
     c.amount::bigint AS "theirsMinor", l.currency::text AS "theirsCurrency", ${age('l.occurred_at')}
   FROM ${RECEIPTS} JOIN restaurants z ON z.id = d.restaurant_id
   LEFT JOIN LATERAL (SELECT coalesce(sum(${PRESENTED}), 0) AS amount FROM processor_transactions t WHERE ${MOVES_RECEIPT}) m ON TRUE
   LEFT JOIN LATERAL (
     SELECT -sum(g.amount) AS amount FROM ledger_transactions b JOIN ledger_postings g ON g.transaction_id = b.id
     WHERE ${BOOKS_RECEIPT} AND g.account = 'UNMATCHED_RECEIPTS') c ON TRUE
   WHERE d.restaurant_id = ANY ($1) AND l.occurred_at >= $4 AND l.occurred_at < $5`,
  '"oursMinor" = "theirsMinor"',
);

/** ORDERS: orders, and what their payments gave them. */
export const orderPages = page(
  'orders',
  `SELECT 'order:' || o.id AS subject, ${localDay('o.placed_at')},
     o.restaurant_id AS "restaurantId", c.payment_id AS "paymentId", o.id AS "orderId", o.currency::text AS currency,
     (${BILL})::bigint AS "oursMinor", ${keptForBill('c.captured', 'c.refunded', BILL)}::bigint AS "theirsMinor", o.currency::text AS "theirsCurrency",
     ${age('o.placed_at')}, o.status = 'COMPLETED' AS "isServed",
     CASE WHEN c.captured < ${BILL} THEN EXISTS (SELECT FROM table_sessions u WHERE u.id = o.table_session_id AND u.status = 'CLOSED')
       ELSE FALSE END AS "isSessionClosed", c.captured::bigint AS "capturedMinor",
     c.refunded::bigint AS "refundedMinor", s.captured_amount AS "keptCapturedMinor", s.refunded_amount AS "keptRefundedMinor"
   FROM orders o JOIN order_payment_states s ON s.order_id = o.id JOIN restaurants z ON z.id = o.restaurant_id
   LEFT JOIN LATERAL (
     SELECT coalesce(sum(a.subtotal_amount + a.tax_amount + a.tip_amount), 0) AS captured,
       coalesce(sum(a.refunded_amount), 0) AS refunded, (array_agg(p.id ORDER BY p.id))[1] AS payment_id
     FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
     WHERE a.order_id = o.id AND p.status IN ${CAPTURED}) c ON TRUE
   WHERE o.restaurant_id = ANY ($1) AND o.placed_at >= $4 AND o.placed_at < $5`,
  `"capturedMinor" = "keptCapturedMinor" AND "refundedMinor" = "keptRefundedMinor" AND "theirsMinor" = "oursMinor"`,
);

/** PAYOUTS, of a restaurant: its transactions in a payout, and the share that was posted. Returned payouts bring others' money. */
export const sharePages = page(
  'shares',
  `SELECT 'share:' || o.id || ':' || h.restaurant_id AS subject, ${localDay('o.occurred_at')},
     h.restaurant_id AS "restaurantId", NULL AS "paymentId", NULL AS "orderId", o.currency::text AS currency,
     coalesce(c.amount, 0)::bigint AS "oursMinor", h.amount::bigint AS "theirsMinor", o.currency::text AS "theirsCurrency",
     ${age('o.occurred_at')}, o.id AS "payoutId"
   FROM payouts o
   JOIN (SELECT payout_id, restaurant_id, sum(amount) AS amount FROM payout_shares WHERE restaurant_id = ANY ($1) GROUP BY 1, 2) h
     ON h.payout_id = o.id
   JOIN restaurants z ON z.id = h.restaurant_id
   LEFT JOIN LATERAL (SELECT sum(t.net_amount) AS amount FROM processor_transactions t
     WHERE t.payout_id = o.id AND t.restaurant_id = h.restaurant_id) c ON TRUE
   WHERE o.occurred_at >= $4 AND o.occurred_at < $5
     AND NOT EXISTS (SELECT FROM processor_transactions t WHERE t.payout_id = o.id AND t.reporting_category = 'payout_reversal')
    `,
  '"oursMinor" = "theirsMinor"',
);

/** PAYOUTS: payouts, and what the processor says that they pay out. */
export const payoutPages = page(
  'payouts',
  `SELECT 'payout:' || o.id AS subject, ${utcDay('o.occurred_at')}, NULL AS "restaurantId",
     NULL AS "paymentId", NULL AS "orderId", o.currency::text AS currency, c.amount::bigint AS "oursMinor",
     o.amount AS "theirsMinor", o.currency::text AS "theirsCurrency", ${age('o.occurred_at')}, o.status,
     o.lines_state AS "linesState", o.posted_at IS NOT NULL AS "isPosted", o.reversed_at IS NOT NULL AS "isReversed",
     c.count AS "lineCount", o.id AS "payoutId"
   FROM payouts o LEFT JOIN LATERAL (
     SELECT count(*)::int AS count, coalesce(sum(t.net_amount), 0) AS amount
     FROM processor_transactions t WHERE t.payout_id = o.id AND t.source_id IS DISTINCT FROM o.id) c ON TRUE
   WHERE $1::text[] IS NULL AND o.occurred_at >= $4 AND o.occurred_at < $5`,
  `"linesState" = 'KEPT' AND "oursMinor" = "theirsMinor" AND status = 'paid' AND "isPosted"`,
);

/** CASH: drawers, what should be in them and what was counted. */
export const drawerPages = page(
  'drawers',
  `SELECT 'drawer:' || d.id AS subject, d.business_day::text AS day,
     d.restaurant_id AS "restaurantId", NULL AS "paymentId", NULL AS "orderId", d.currency::text AS currency,
     (d.float_amount + c.moved)::bigint AS "oursMinor", d.counted_amount::bigint AS "theirsMinor",
     d.currency::text AS "theirsCurrency", ${age('d.opened_at')}, d.expected_amount AS "storedExpectedMinor"
   FROM drawer_sessions d
   LEFT JOIN LATERAL (SELECT coalesce(sum(m.amount), 0) AS moved FROM drawer_movements m WHERE m.drawer_session_id = d.id) c ON TRUE
   WHERE d.restaurant_id = ANY ($1) AND d.business_day BETWEEN $2 AND $3`,
  '"oursMinor" = "theirsMinor" AND "oursMinor" = "storedExpectedMinor"',
);

/** CASH: payments taken while a drawer was open, and their movement. */
export const cashPages = page(
  'cash-payments',
  `SELECT 'cash:' || p.id AS subject, p.business_day::text AS day, ${paymentColumns},
     p.currency::text AS currency, p.total_amount::bigint AS "oursMinor", m.amount::bigint AS "theirsMinor",
     p.currency::text AS "theirsCurrency", ${age('p.completed_at')}, m.drawer_session_id AS "drawerId"
   FROM payments p LEFT JOIN drawer_movements m ON m.payment_id = p.id AND m.kind = 'CASH_PAYMENT'
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND ${CASH_IN_DRAWER}`,
  '"oursMinor" = "theirsMinor"',
);
