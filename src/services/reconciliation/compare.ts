import { list } from '@/db/json-list';
import { beatRun, insertItems } from '@/db/sql/reconciliation';
import type { Deps } from '../context';
import { compareBank } from './bank-way';
import {
  type Check,
  type Control,
  PLATFORM_CHECKS,
  PLATFORM_CONTROLS,
  RESTAURANT_CHECKS,
  RESTAURANT_CONTROLS,
  type SubjectRow,
} from './checks';
import { type Item, itemOf } from './item';
import type { Period } from './period';
import type { Totals } from './totals';
import { compareZReports } from './z-way';

/** Subjects in memory at once. A page's statements end long before a lock or a long transaction could hold anybody up. */
const PAGE = 5_000;

/** What one run's comparisons share. */
export interface Comparison {
  deps: Deps;
  run: { id: string; attempts: number; asOf: Date };
  totals: Totals;
  signal: AbortSignal | undefined;
  /** When it last said that it is alive, by performance.now(). */
  saidAtMs: number;
}

const SAY_EVERY_MS = 2_000;

/** The run was stopped, or another process has taken it over. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
}

/** Compares everything of one restaurant, or with a null one what belongs to none, in the period. */
export async function comparePeriod(comparison: Comparison, period: Period): Promise<void> {
  const isPlatform = period.restaurantId === null;
  for (const check of isPlatform ? PLATFORM_CHECKS : RESTAURANT_CHECKS) await comparePages(comparison, check, period);
  for (const control of isPlatform ? PLATFORM_CONTROLS : RESTAURANT_CONTROLS) await addControl(comparison, control, period);
  if (isPlatform) await compareBank(comparison, period);
  else await compareZReports(comparison, period, period.restaurantId);
}

type PageRow = {
  count: number;
  last: [string, string] | null;
  matched: { currency: string; count: number; oursMinor: number; theirsMinor: number }[];
  others: SubjectRow[];
};

async function comparePages(comparison: Comparison, check: Check, period: Period): Promise<void> {
  const { deps, run, totals } = comparison;
  let after: readonly [string, string] | null = check.page.start;
  while (after !== null) {
    await goOn(comparison);
    const page: PageRow = await deps.db.one<PageRow>(check.page.statement, [...paramsOf(period), run.asOf, ...after, PAGE]);
    for (const sum of page.matched) totals.addMatched(check.way, sum);
    await keepItems(comparison, judged(totals, check, page.others));
    after = page.count === PAGE ? page.last : null;
  }
}

function judged(totals: Totals, { way, judge }: Check, rows: readonly SubjectRow[]): Item[] {
  return rows.flatMap((row) => {
    const verdict = judge(row);
    totals.addSubject(way, verdict.class, row);
    return verdict.class === 'MATCHED' ? [] : [itemOf(way, verdict, row)];
  });
}

async function addControl({ deps, totals }: Comparison, { way, statement }: Control, period: Period): Promise<void> {
  const rows = await deps.db.query<{ currency: string; side: string; minor: number }>(statement, paramsOf(period));
  for (const row of rows) totals.addControl(way, row);
}

const paramsOf = (period: Period) => [
  period.restaurantId,
  period.fromDay,
  period.toDay,
  period.fromAt,
  period.beforeAt,
];

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
  const isOurs = await deps.db.maybeOne(beatRun, [run.id, run.attempts]);
  if (isOurs === null) throw new RunInterrupted('taken over');
}
