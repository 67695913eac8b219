import { list } from '@/db/json-list';
import type { Sql } from '@/db/sql';
import { keepTransactions as keepTransactionRows } from '@/db/sql/processor-transactions';
import { isUuid } from '../ids';
import type { ProcessorTransaction } from '../ports';
import { keepPayout } from './keep-payout';

/**
 * Stores balance transactions as they came, and payouts that came along as their sources. Safe to repeat: a known one gains
 * only what it lacked. Posting them is another step (post-transactions.ts).
 * @param payoutId the payout that pays all of them out, where that was asked for
 */
export async function keepTransactions(
  sql: Sql,
  transactions: readonly ProcessorTransaction[],
  payoutId: string | null = null,
): Promise<void> {
  if (transactions.length === 0) return;
  // No id may come twice in one statement.
  const rows = new Map(transactions.map((transaction) => [transaction.id, rowOf(transaction)]));
  await sql.query(keepTransactionRows, [list(...rows.values()), payoutId]);
  for (const { payout } of transactions) if (payout) await keepPayout(sql, payout);
}

function rowOf(transaction: ProcessorTransaction) {
  return {
    id: transaction.id,
    type: transaction.type,
    reporting_category: transaction.reportingCategory,
    source_id: transaction.sourceId,
    source_amount: transaction.sourceMinor,
    source_currency: transaction.sourceCurrency,
    intent_id: transaction.intentId,
    charge_id: transaction.chargeId,
    claimed_payment_id: isUuid(transaction.claimedPaymentId) ? transaction.claimedPaymentId : null,
    gross_amount: transaction.grossMinor,
    fee_amount: transaction.feeMinor,
    net_amount: transaction.netMinor,
    currency: transaction.currency,
    available_on: transaction.availableOnSec,
    occurred_at: transaction.createdSec,
  };
}
