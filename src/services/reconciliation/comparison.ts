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

/** How far a run is, in days of one restaurant; the platform counts as one. */
export interface Progress {
  total: number;
  done: number;
  /** Of the period under way: how many it is, and which part of it is done, 0 to 1. */
  underWay: number;
  part: number;
}

/** Whole percent, below 100: the work list comes after the comparisons. */
function percentDone({ total, done, underWay, part }: Progress): number {
  return Math.min(99, Math.floor((100 * (done + part * underWay)) / Math.max(1, total)));
}

const SAY_EVERY_MS = 2_000;

/** The run was stopped, or another process has taken it over. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
}

const ITEMS_AT_ONCE = 5_000;

/** Writes items of the run. */
export async function keepItems({ deps, run }: Comparison, items: readonly Item[]): Promise<void> {
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

/** Says that the run is alive. @throws RunInterrupted when it is to stop, or is another process's now */
export async function goOn(comparison: Comparison): Promise<void> {
  const { deps, run, signal } = comparison;
  if (signal?.aborted) throw new RunInterrupted('stopped');
  if (performance.now() - comparison.saidAtMs < SAY_EVERY_MS) return;
  comparison.saidAtMs = performance.now();
  const isOurs = await deps.db.maybeOne(beatRun, [run.id, run.attempts, percentDone(comparison.progress)]);
  if (isOurs === null) throw new RunInterrupted('taken over');
}
