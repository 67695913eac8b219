import { CAPTURED } from './captured';

/* What pages, controls and the work list mean by the same words: t a balance transaction, p a payment, r a refund, d a dispute, o an order, s its state. */

// What the guest was charged or got back: the source's own amount where the processor exchanged it.
const presentedOf = (row: string) =>
  `CASE WHEN ${row}.source_currency IS NULL OR ${row}.source_currency = ${row}.currency THEN ${row}.gross_amount
  ELSE sign(${row}.gross_amount)::bigint * ${row}.source_amount END`;
export const PRESENTED = presentedOf('t');
export const PRESENTED_CURRENCY = 'coalesce(t.source_currency, t.currency)';

// As kindOf of src/domain/ledger/processor-postings.ts; a test holds them together.
export const KIND = `CASE WHEN t.reporting_category = 'charge' THEN 'CHARGE'
  WHEN t.reporting_category IN ('refund', 'refund_failure') THEN 'REFUND'
  WHEN t.reporting_category IN ('dispute', 'dispute_reversal') THEN 'DISPUTE'
  WHEN t.reporting_category IN ('payout', 'payout_reversal') THEN 'PAYOUT'
  WHEN t.reporting_category IN ('fee', 'network_cost', 'tax') THEN 'FEE' ELSE 'OTHER' END`;

/**
 * A charge (t, of payment p) beside the one that paid, wholly given back at the processor: nothing is left to be done about it. One
 * that paid is never among them, as what was given back of it must be a refund here.
 */
export const GIVEN_BACK = `CASE WHEN t.charge_id IS NULL OR (p.status IN ${CAPTURED} AND p.provider <> 'CASH'
    AND coalesce(t.intent_id = p.payment_intent_id, TRUE)) THEN FALSE
  ELSE (SELECT sum(${presentedOf('b')}) = 0 FROM processor_transactions b WHERE b.payment_id = t.payment_id AND b.charge_id = t.charge_id) END`;

/** Whose refund it is: of its own day. */
export const REFUNDED_AT = 'coalesce(r.processed_at, r.created_at)';

/** What a dispute of this status has moved: an inquiry nothing, a won one nothing in sum (Stripe "How disputes work"). */
export const DISPUTE_MOVED = `CASE WHEN d.status LIKE 'warning%' OR d.status IN ('won', 'prevented') THEN 0 ELSE -d.amount END`;

/** What an order costs, as orderGross of src/domain/bill.ts. */
export const BILL = `CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE greatest(0, o.subtotal_amount + o.tax_amount + o.tip_amount
  + s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount) END`;

/** What an order keeps for its bill: a refund takes first what was too much; the rest is given back on purpose (decision 12). */
export const keptForBill = (captured: string, refunded: string, bill: string) =>
  `least(${captured}, greatest(${bill}, ${captured} - ${refunded}))`;

/** The facts whose postings lie where a payment's money is. */
export const MONEY_FACTS = `(l.fact_key LIKE 'capture:%' OR l.fact_key LIKE 'refund:%' OR l.fact_key LIKE 'refund-failed:%')`;
export const MONEY_ACCOUNTS = `('PROCESSOR_CLEARING', 'CASH_DRAWER')`;

/** The intent that a movement (t) is about: its own, or its charge's. */
export const INTENT_OF_MOVEMENT = `coalesce(t.intent_id, (SELECT c.intent_id FROM processor_transactions c
  WHERE c.source_id = t.charge_id AND c.reporting_category = 'charge' LIMIT 1))`;

/** Receipts that fit no payment, as the work list (d) and the ledger (l) have them, each of payment p. */
export const RECEIPTS = `discrepancies d JOIN ledger_transactions l ON l.fact_key = d.fact_key AND d.fact_key LIKE 'unmatched:%'
  JOIN payments p ON p.id = d.payment_id`;
/** Such a receipt is its payment's by now: nothing of it is left. */
export const RECEIPT_TAKEN = `(d.reason IN ('AMOUNT_MISMATCH', 'CURRENCY_MISMATCH') AND p.status IN ${CAPTURED}
  AND 'unmatched:' || p.payment_intent_id = d.fact_key)`;
/** A movement (t) that gave such a receipt back, or failed to: in the books with it. */
export const MOVES_RECEIPT = `t.payment_id = d.payment_id AND t.posted_at IS NOT NULL AND ${KIND} = 'REFUND'
  AND ${PRESENTED_CURRENCY} = l.currency AND 'unmatched:' || ${INTENT_OF_MOVEMENT} = d.fact_key`;
/** A fact of the ledger (b) that is about such a receipt. See unmatched-receipts.ts. */
export const BOOKS_RECEIPT = `b.payment_id = l.payment_id AND b.currency = l.currency AND b.fact_key LIKE 'unmatched%'
  AND split_part(b.fact_key, ':', 2) = split_part(d.fact_key, ':', 2)`;

/**
 * Cash payments that were taken while a drawer was open. Not within seconds of its opening and closing: the clocks of two nodes
 * may differ by a second, and who took cash while somebody opened the drawer has not seen it yet.
 */
export const CASH_IN_DRAWER = `p.provider = 'CASH' AND p.status IN ${CAPTURED} AND EXISTS (
  SELECT FROM drawer_sessions d WHERE d.restaurant_id = p.restaurant_id AND d.currency = p.currency
    AND d.opened_at + interval '5 seconds' <= p.completed_at
    AND (d.closed_at IS NULL OR d.closed_at - interval '5 seconds' > p.completed_at))`;
