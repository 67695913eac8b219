import { forgetAwaited, readAwaited } from '@/db/sql/processor-transactions';
import type { Deps } from '../context';
import { keepTransactions } from './keep-transactions';

const LIMIT = 20;

/** Whether events named balance transactions that are not here yet. */
export async function hasAwaited(deps: Deps): Promise<boolean> {
  return (await deps.db.query(readAwaited, [1])).length > 0;
}

/** Fetches one by one what events named and the sweep did not meet, e.g. as it is older than the sweep's position. */
export async function fetchAwaited(deps: Deps, signal?: AbortSignal): Promise<void> {
  for (const { id } of await deps.db.query<{ id: string }>(readAwaited, [LIMIT])) {
    if (signal?.aborted) return;
    const found = await deps.processor.retrieveTransaction(id);
    if (found.kind === 'ok') await keepTransactions(deps.db, [found.value]);
    else if (found.kind === 'refused') {
      // The processor does not know what its own event named: nothing is to be expected of asking again.
      deps.log.warn(
        { transactionId: id, detail: found.error.detail },
        'an announced balance transaction is unknown',
      );
      await deps.db.query(forgetAwaited, [[id]]);
    } else return;
  }
}
