import { list } from '@/db/json-list';
import { beatRun, insertItems } from '@/db/sql/reconciliation';
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
  /** When it last said that it is alive, by performance.now(). */
  saidAtMs: number;
}

/** How far a run is: restaurants and the platform one after the other, each a number of comparisons. */
export interface Progress {
  periodCount: number;
  periodsDone: number;
  /** Of the period under way, 0 to 1. */
  periodPart: number;
}

/** Whole percent, below 100: the work list comes after the comparisons. */
function percentDone({ periodCount, periodsDone, periodPart }: Progress): number {
  return Math.min(99, Math.floor((100 * (periodsDone + periodPart)) / Math.max(1, periodCount)));
}

const SAY_EVERY_MS = 2_000;

/** The run was stopped, or another process has taken it over. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
}

/** Writes items of the run. */
export async function keepItems({ deps, run }: Comparison, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return;
  await deps.db.query(insertItems, [run.id, list(...items.map(rowOf))]);
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

/** Says that the run is alive. @throws RunInterrupted when it is to stop, or is another process's now */
export async function goOn(comparison: Comparison): Promise<void> {
  const { deps, run, signal } = comparison;
  if (signal?.aborted) throw new RunInterrupted('stopped');
  if (performance.now() - comparison.saidAtMs < SAY_EVERY_MS) return;
  comparison.saidAtMs = performance.now();
  const isOurs = await deps.db.maybeOne(beatRun, [run.id, run.attempts, percentDone(comparison.progress)]);
  if (isOurs === null) throw new RunInterrupted('taken over');
}
