import { list } from '@/db/json-list';
import { insertItems, recordHeartbeat } from '@/db/sql/reconciliation';
import type { Deps } from '../context';
import type { Item } from './item';
import type { Totals } from './totals';

/** What a run needs of its process. */
export type RunDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'wake'>;

/** What one run's comparisons share. */
export interface Comparison {
  deps: RunDeps;
  run: { id: string; attempts: number; asOf: Date };
  totals: Totals;
  signal: AbortSignal | undefined;
  progress: Progress;
  /** Time of the last heartbeat, by performance.now(). */
  lastHeartbeatMs: number;
}

/** Progress of a run. Its unit is one day of one restaurant; the platform counts as one restaurant. */
export interface Progress {
  total: number;
  done: number;
  /** Size of the current period, in the same unit. */
  underWay: number;
  /** Share of the current period that is done, 0 to 1. */
  part: number;
}

/** Whole percent, at most 99: discrepancies are updated after the comparisons. */
function percentDone({ total, done, underWay, part }: Progress): number {
  return Math.min(99, Math.floor((100 * (done + part * underWay)) / Math.max(1, total)));
}

const HEARTBEAT_EVERY_MS = 2_000;

/** The run was stopped, or another process took it over. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
}

const ITEMS_AT_ONCE = 5_000;

/** Writes items of the run, in batches. */
export async function insertRunItems({ deps, run }: Comparison, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += ITEMS_AT_ONCE)
    await deps.db.query(insertItems, [run.id, list(...items.slice(at, at + ITEMS_AT_ONCE).map(rowOf))]);
}

function rowOf(item: Item) {
  const { restaurantId, paymentId, orderId, oursMinor, theirsMinor, ...rest } = item;
  return {
    ...rest,
    restaurant_id: restaurantId,
    payment_id: paymentId,
    order_id: orderId,
    ours_amount: oursMinor,
    theirs_amount: theirsMinor,
  };
}

/**
 * Records that the run is alive, at most every HEARTBEAT_EVERY_MS. Called between two steps of a comparison.
 * @throws RunInterrupted when the signal says stop, or another process took the run over
 */
export async function heartbeat(comparison: Comparison): Promise<void> {
  const { deps, run, signal } = comparison;
  if (signal?.aborted) throw new RunInterrupted('stopped');
  if (performance.now() - comparison.lastHeartbeatMs < HEARTBEAT_EVERY_MS) return;
  comparison.lastHeartbeatMs = performance.now();
  const isOurs = await deps.db.maybeOne(recordHeartbeat, [
    run.id,
    run.attempts,
    percentDone(comparison.progress),
  ]);
  if (isOurs === null) throw new RunInterrupted('taken over');
}
