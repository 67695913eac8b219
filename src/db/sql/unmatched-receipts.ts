import { INTENT_OF_MOVEMENT, PRESENTED, PRESENTED_CURRENCY } from './reconciliation-terms';

/*
 * Receipts that fit no payment (docs/adr/0014). Each fact of one in the ledger names the intent that took the money:
 * `unmatched:<intent>` it came, `unmatched-refund:<intent>:<transaction>` it went back or that refund failed,
 * `unmatched-settled:<intent>` its payment took it after all.
 */

/** What of each receipt of a payment is still in the books. Minor units. $1: payment id. */
export const readReceipts = {
  name: 'read-unmatched-receipts',
  text: `SELECT split_part(l.fact_key, ':', 2) AS "intentId", l.currency::text AS currency, -sum(g.amount)::bigint AS "leftMinor"
         FROM ledger_transactions l JOIN ledger_postings g ON g.transaction_id = l.id AND g.account = 'UNMATCHED_RECEIPTS'
         WHERE l.payment_id = $1 AND l.fact_key LIKE ANY (ARRAY['unmatched:%', 'unmatched-refund:%', 'unmatched-settled:%'])
         GROUP BY 1, 2 ORDER BY 1, 2`,
};

/**
 * Refunds of such receipts, and failures of those refunds, that the processor has moved and the books do not have. In the
 * currency that came. Not of one that its payment took: that refund is the payment's. $1: payment ids.
 */
export const readUnpostedReturns = {
  name: 'read-unposted-returns',
  text: `SELECT t.payment_id AS "paymentId", v.intent_id AS "intentId", t.id AS "transactionId",
           (${PRESENTED})::bigint AS "movedMinor", ${PRESENTED_CURRENCY}::text AS currency, t.occurred_at AS "occurredAt"
         FROM processor_transactions t CROSS JOIN LATERAL (SELECT ${INTENT_OF_MOVEMENT} AS intent_id) v
         WHERE t.payment_id = ANY ($1::uuid[]) AND t.posted_at IS NOT NULL
           AND t.reporting_category IN ('refund', 'refund_failure')
           AND EXISTS (SELECT FROM ledger_transactions l WHERE l.fact_key = 'unmatched:' || v.intent_id AND l.payment_id = t.payment_id)
           AND NOT EXISTS (SELECT FROM ledger_transactions l WHERE l.fact_key = 'unmatched-settled:' || v.intent_id)
           AND NOT EXISTS (SELECT FROM ledger_transactions l WHERE l.fact_key = 'unmatched-refund:' || v.intent_id || ':' || t.id)
         ORDER BY t.payment_id, t.occurred_at, t.id`,
};
