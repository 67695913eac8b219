import { readDuePayouts, setLinesKept } from '@/db/sql/payouts';
import type { Deps } from '../context';
import { keepTransactions } from './keep-transactions';

const LIMIT = 20;

/**
 * Keeps the transactions of payouts whose reconciliation the processor has completed (Stripe "Payout reconciliation"), page
 * by page. A payout counts as itemised once all its pages are kept; one that was interrupted is read again from its start.
 */
export async function fetchPayoutLines(deps: Deps, signal?: AbortSignal): Promise<void> {
  for (const { id } of await deps.db.query<{ id: string }>(readDuePayouts, [LIMIT])) {
    if (!(await fetchLines(deps, id, signal))) return;
    await deps.db.query(setLinesKept, [id]);
  }
}

async function fetchLines(deps: Deps, payoutId: string, signal: AbortSignal | undefined): Promise<boolean> {
  let afterId: string | null = null;
  do {
    if (signal?.aborted) return false;
    const page = await deps.processor.listTransactions({ payoutId }, afterId);
    if (page.kind !== 'ok') {
      deps.log.warn(
        { payoutId, outcome: page.kind, detail: page.error.detail },
        'a payout could not be itemised',
      );
      return false;
    }
    await keepTransactions(deps.db, page.value.transactions, payoutId);
    afterId = page.value.nextId;
  } while (afterId !== null);
  return true;
}
