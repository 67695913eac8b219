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
 * Both sides of a way summed straight from their own tables, knowing nothing of subjects and rules: what the items of a run do not
 * explain of their difference is its remainder. $1 to $5 as in reconciliation-pages.ts; answers rows {currency, side, minor}.
 */
function control(name: string, text: string): Statement {
  return {
    name: `reconcile-control-${name}`,
    text: `
WITH given AS (SELECT $1::text[], $2::date, $3::date, $4::timestamptz, $5::timestamptz),
sums AS (${text})
SELECT currency::text AS currency, side, sum(minor)::bigint AS minor FROM sums WHERE minor IS NOT NULL GROUP BY 1, 2`,
  };
}

const inPeriod = (at: string) => `${at} >= $4 AND ${at} < $5`;

/** Of a transaction t of payment p: it counts on the payment's day, with its refund, with its dispute, or else on its own. */
const HAS_PAID = `(t.reporting_category = 'charge' AND p.status IN ${CAPTURED} AND NOT ${GIVEN_BACK})`;
const IS_OF_REFUND = `EXISTS (SELECT FROM payment_refunds r WHERE r.refund_id = t.source_id AND p.provider <> 'CASH')`;

export const processorControl = control(
  'processor',
  `SELECT p.currency, 'ours' AS side, p.total_amount::bigint AS minor FROM payments p
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND p.status IN ${CAPTURED} AND p.provider <> 'CASH'
   UNION ALL
   SELECT p.currency, 'ours', -r.refund_amount FROM payment_refunds r JOIN payments p ON p.id = r.payment_id
   WHERE r.restaurant_id = ANY ($1) AND p.provider <> 'CASH' AND r.status <> 'FAILED' AND ${inPeriod(REFUNDED_AT)}
   UNION ALL
   SELECT d.currency, 'ours', ${DISPUTE_MOVED} FROM disputes d WHERE d.restaurant_id = ANY ($1) AND ${inPeriod('d.opened_at')}
   UNION ALL
   SELECT ${PRESENTED_CURRENCY}, 'theirs', ${PRESENTED} FROM payments p JOIN processor_transactions t ON t.payment_id = p.id
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND ${HAS_PAID}
   UNION ALL
   SELECT ${PRESENTED_CURRENCY}, 'theirs', ${PRESENTED} FROM payment_refunds r
   JOIN processor_transactions t ON t.source_id = r.refund_id JOIN payments p ON p.id = t.payment_id
   WHERE r.restaurant_id = ANY ($1) AND p.provider <> 'CASH' AND ${inPeriod(REFUNDED_AT)} AND ${HAS_PAID} IS NOT TRUE
   UNION ALL
   SELECT ${PRESENTED_CURRENCY}, 'theirs', ${PRESENTED} FROM disputes d
   JOIN processor_transactions t ON t.source_id = d.id JOIN payments p ON p.id = t.payment_id
   WHERE d.restaurant_id = ANY ($1) AND ${inPeriod('d.opened_at')} AND ${HAS_PAID} IS NOT TRUE AND NOT ${IS_OF_REFUND}
   UNION ALL
   SELECT ${PRESENTED_CURRENCY}, 'theirs', ${PRESENTED} FROM processor_transactions t JOIN payments p ON p.id = t.payment_id
   WHERE t.restaurant_id = ANY ($1) AND ${inPeriod('t.occurred_at')} AND ${HAS_PAID} IS NOT TRUE AND NOT ${IS_OF_REFUND}
     AND NOT EXISTS (SELECT FROM disputes d WHERE d.id = t.source_id)`,
);

export const platformProcessorControl = control(
  'platform-processor',
  `SELECT CASE WHEN ${KIND} = 'FEE' THEN t.currency ELSE ${PRESENTED_CURRENCY} END AS currency, 'theirs' AS side,
     CASE WHEN ${KIND} = 'FEE' THEN t.net_amount ELSE ${PRESENTED} END AS minor
   FROM processor_transactions t WHERE $1::text[] IS NULL AND t.restaurant_id IS NULL AND ${inPeriod('t.occurred_at')} AND ${KIND} <> 'PAYOUT'
   UNION ALL
   SELECT l.currency, 'ours', -g.amount FROM ledger_transactions l JOIN ledger_postings g ON g.transaction_id = l.id
   JOIN processor_transactions t ON 'account-fee:' || t.id = l.fact_key
   WHERE l.restaurant_id IS NULL AND g.account = 'PROCESSOR_FEES' AND t.restaurant_id IS NULL AND ${inPeriod('t.occurred_at')}`,
);

const RECEIPT_LEFT = `d.restaurant_id = ANY ($1) AND ${inPeriod('l.occurred_at')} AND ${RECEIPT_TAKEN} IS NOT TRUE`;

export const ledgerControl = control(
  'ledger',
  `SELECT p.currency, 'ours' AS side, (p.total_amount - p.refunded_amount)::bigint AS minor FROM payments p
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND p.status IN ${CAPTURED}
   UNION ALL
   SELECT l.currency, 'theirs', g.amount FROM payments p JOIN ledger_transactions l ON l.payment_id = p.id
   JOIN ledger_postings g ON g.transaction_id = l.id
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND p.status IN ${CAPTURED}
     AND g.account IN ${MONEY_ACCOUNTS} AND ${MONEY_FACTS}
   UNION ALL
   SELECT l.currency, 'theirs', g.amount FROM ledger_transactions l JOIN payments p ON p.id = l.payment_id
   JOIN ledger_postings g ON g.transaction_id = l.id
   WHERE l.restaurant_id = ANY ($1) AND l.business_day BETWEEN $2 AND $3 AND p.status NOT IN ${CAPTURED}
     AND g.account IN ${MONEY_ACCOUNTS} AND l.fact_key LIKE 'capture:%'
   UNION ALL
   SELECT l.currency, 'ours', d.actual_amount FROM ${RECEIPTS} WHERE ${RECEIPT_LEFT}
   UNION ALL
   SELECT l.currency, 'ours', ${PRESENTED} FROM ${RECEIPTS} JOIN processor_transactions t ON ${MOVES_RECEIPT} WHERE ${RECEIPT_LEFT}
   UNION ALL
   SELECT l.currency, 'theirs', -g.amount FROM ${RECEIPTS} JOIN ledger_transactions b ON ${BOOKS_RECEIPT}
   JOIN ledger_postings g ON g.transaction_id = b.id AND g.account = 'UNMATCHED_RECEIPTS'
   WHERE d.restaurant_id = ANY ($1) AND ${inPeriod('l.occurred_at')}`,
);

export const orderControl = control(
  'orders',
  `SELECT o.currency, 'ours' AS side, (${BILL})::bigint AS minor FROM orders o JOIN order_payment_states s ON s.order_id = o.id
   WHERE o.restaurant_id = ANY ($1) AND ${inPeriod('o.placed_at')}
   UNION ALL
   SELECT given.currency, 'theirs', ${keptForBill('given.captured', 'given.refunded', 'given.bill')} FROM (
     SELECT o.id, o.currency, ${BILL} AS bill, sum(a.subtotal_amount + a.tax_amount + a.tip_amount) AS captured,
       sum(a.refunded_amount) AS refunded
     FROM payment_allocations a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = a.order_id
     JOIN order_payment_states s ON s.order_id = o.id
     WHERE o.restaurant_id = ANY ($1) AND p.status IN ${CAPTURED} AND ${inPeriod('o.placed_at')} GROUP BY o.id, s.order_id) given`,
);

export const shareControl = control(
  'shares',
  `SELECT t.currency, 'ours' AS side, t.net_amount AS minor FROM processor_transactions t JOIN payouts o ON o.id = t.payout_id
   WHERE t.restaurant_id = ANY ($1) AND ${inPeriod('o.occurred_at')}
     AND EXISTS (SELECT FROM payout_shares h WHERE h.payout_id = o.id AND h.restaurant_id = t.restaurant_id)
     AND NOT EXISTS (SELECT FROM processor_transactions v WHERE v.payout_id = o.id AND v.reporting_category = 'payout_reversal')
   UNION ALL
   SELECT o.currency, 'theirs', h.amount FROM payout_shares h JOIN payouts o ON o.id = h.payout_id
   WHERE h.restaurant_id = ANY ($1) AND ${inPeriod('o.occurred_at')}
     AND NOT EXISTS (SELECT FROM processor_transactions v WHERE v.payout_id = o.id AND v.reporting_category = 'payout_reversal')`,
);

export const payoutControl = control(
  'payouts',
  `SELECT o.currency, 'theirs' AS side, o.amount AS minor FROM payouts o WHERE $1::text[] IS NULL AND ${inPeriod('o.occurred_at')}
   UNION ALL
   SELECT o.currency, 'ours', t.net_amount FROM processor_transactions t JOIN payouts o ON o.id = t.payout_id
   WHERE t.source_id IS DISTINCT FROM o.id AND ${inPeriod('o.occurred_at')}`,
);

export const cashControl = control(
  'cash',
  `SELECT d.currency, 'ours' AS side, d.float_amount::bigint AS minor FROM drawer_sessions d
   WHERE d.restaurant_id = ANY ($1) AND d.business_day BETWEEN $2 AND $3
   UNION ALL
   SELECT d.currency, 'ours', m.amount FROM drawer_movements m JOIN drawer_sessions d ON d.id = m.drawer_session_id
   WHERE d.restaurant_id = ANY ($1) AND d.business_day BETWEEN $2 AND $3
   UNION ALL
   SELECT d.currency, 'theirs', d.counted_amount FROM drawer_sessions d
   WHERE d.restaurant_id = ANY ($1) AND d.business_day BETWEEN $2 AND $3
   UNION ALL
   SELECT p.currency, 'ours', p.total_amount FROM payments p
   WHERE p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND ${CASH_IN_DRAWER}
   UNION ALL
   SELECT p.currency, 'theirs', m.amount FROM drawer_movements m JOIN payments p ON p.id = m.payment_id
   WHERE m.kind = 'CASH_PAYMENT' AND p.restaurant_id = ANY ($1) AND p.business_day BETWEEN $2 AND $3 AND ${CASH_IN_DRAWER}`,
);
