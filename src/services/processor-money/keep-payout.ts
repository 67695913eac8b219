import type { Sql } from '@/db/sql';
import { keepPayout as keepPayoutRow } from '@/db/sql/payouts';
import type { ProcessorPayout } from '../ports';

/**
 * Stores what is told of a payout, in any order: its status only moves on (src/db/sql/payouts.ts).
 * @returns whether anything was new
 */
export async function keepPayout(sql: Sql, payout: ProcessorPayout): Promise<boolean> {
  const kept = await sql.query(keepPayoutRow, [
    payout.id,
    payout.amountMinor,
    payout.currency,
    payout.status,
    payout.isAutomatic,
    payout.reconciliationStatus,
    payout.failureCode,
    payout.traceId,
    payout.arrivalSec,
    payout.createdSec,
  ]);
  return kept.length > 0;
}
