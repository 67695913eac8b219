import type { Tx } from '@/db/transaction';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import type { SyncResult } from './schemas';

export type RowOutcome =
  | { outcome: 'APPLIED' }
  | { outcome: 'STALE' }
  | { outcome: 'REFUSED'; code: string; message: string };

/** A row that cannot be taken; the others of the call are. */
export function refused(code: string, message: string): RowOutcome {
  return { outcome: 'REFUSED', code, message };
}

/**
 * Applies rows one by one, each in its own transaction: a bad row refuses itself alone, and a repeat of the whole call
 * finds the good ones STALE. Rows of one id may come in any order; the highest version stays.
 */
export async function syncRows<Row extends { id: string }>(
  ctx: ServiceContext,
  rows: readonly Row[],
  apply: (tx: Tx, row: Row) => Promise<RowOutcome>,
): Promise<SyncResult> {
  authorize(ctx.actor, 'platform.sync', {}, 'Platform sync');
  const results: SyncResult['results'] = [];
  for (const row of rows) {
    const done = await ctx.db.transaction((tx) => apply(tx, row));
    const reason =
      done.outcome === 'REFUSED' ? { code: done.code, message: done.message } : { code: null, message: null };
    results.push({ id: row.id, outcome: done.outcome, ...reason });
  }
  return { results };
}
