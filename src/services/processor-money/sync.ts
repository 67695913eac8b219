import { readCursorAge } from '@/db/sql/processor-sync';
import type { Deps } from '../context';
import { fetchAwaited, hasAwaited } from './fetch-awaited';
import { fetchPayoutLines } from './fetch-payout-lines';
import { postDuePayouts } from './post-payouts';
import { postDueTransactions } from './post-transactions';
import { sweepTransactions, TRANSACTIONS_CURSOR } from './sweep-transactions';

/**
 * Brings the books up to what the processor says moved: balance transactions, payouts, and what both post. Every step finds
 * its own work in the database, so that it may be stopped or crash anywhere and goes on from there; each does nothing twice.
 * The processor is asked at most every `everySec`, and at once when an event has named a transaction that is not here.
 */
export async function syncProcessorMoney(
  deps: Deps,
  { everySec, overlapSec, signal }: { everySec: number; overlapSec: number; signal?: AbortSignal },
): Promise<void> {
  const stop = signal === undefined ? {} : { signal };
  const cursor = await deps.db.maybeOne<{ ageSec: number }>(readCursorAge, [TRANSACTIONS_CURSOR]);
  if (cursor === null || cursor.ageSec >= everySec || (await hasAwaited(deps))) {
    const isUpToDate = await sweepTransactions(deps, { overlapSec, ...stop });
    if (isUpToDate) await fetchAwaited(deps, signal);
  }
  await fetchPayoutLines(deps, signal);
  await postDueTransactions(deps, stop);
  await postDuePayouts(deps, signal);
}
