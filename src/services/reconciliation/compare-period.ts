import type { Db } from '@/db/db';
import type { Statement } from '@/db/sql';
import { lookUpByIndex } from '@/db/sql/reconciliation';
import {
  type Check,
  type Control,
  PLATFORM_CHECKS,
  PLATFORM_CONTROLS,
  RESTAURANT_CHECKS,
  RESTAURANT_CONTROLS,
  type SubjectRow,
} from './checks';
import { compareBank } from './compare-bank';
import { compareZReports } from './compare-z-reports';
import { type Comparison, heartbeat, insertRunItems } from './comparison';
import { type Item, itemOf } from './item';
import { halvesOf, type Period } from './period';
import type { Totals } from './totals';

/** Unmatched subjects to hold in memory at once. A period with more is compared in two halves. */
const MOST_OTHERS = 5_000;
/** Comparisons that run at the same time. Each one takes a database connection. */
const CONCURRENCY = 2;

/** Compares everything of the period's restaurants, or, where these are null, what belongs to no restaurant. */
export async function comparePeriod(comparison: Comparison, period: Period): Promise<void> {
  const isPlatform = period.restaurantIds === null;
  const checks = isPlatform ? PLATFORM_CHECKS : RESTAURANT_CHECKS;
  const controls = isPlatform ? PLATFORM_CONTROLS : RESTAURANT_CONTROLS;
  const queue = [
    ...checks.map((check) => () => comparePage(comparison, check, period)),
    ...controls.map((control) => () => addControl(comparison, control, period)),
  ];
  const count = queue.length;
  const reportProgress = () => {
    comparison.progress.part = 1 - queue.length / count;
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, () => drainQueue(queue, reportProgress)));
  if (period.restaurantIds === null) await compareBank(comparison, period);
  else await compareZReports(comparison, period, period.restaurantIds);
}

/** One of several concurrent workers: takes the next task from the shared queue until it is empty. */
async function drainQueue(queue: (() => Promise<void>)[], reportProgress: () => void): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    reportProgress();
    await next();
  }
}

type PageRow = {
  matched: { currency: string; count: number; oursMinor: number; theirsMinor: number }[];
  otherCount: number;
  others: SubjectRow[];
};

async function comparePage(comparison: Comparison, check: Check, period: Period): Promise<void> {
  const { deps, run, totals } = comparison;
  await heartbeat(comparison);
  const halves = halvesOf(period);
  const values: unknown[] = [...paramsOf(period), run.asOf, halves === null ? null : MOST_OTHERS];
  const [page] = await readByIndex<PageRow>(deps.db, check.statement, values);
  if (!page) throw new Error(`${check.statement.name} answered nothing`);
  if (halves !== null && page.otherCount > MOST_OTHERS) {
    for (const half of halves) await comparePage(comparison, check, half);
    return;
  }
  for (const sum of page.matched) totals.addMatched(check.way, sum);
  await insertRunItems(comparison, judged(totals, check, page.others));
}

function judged(totals: Totals, { way, judge }: Check, rows: readonly SubjectRow[]): Item[] {
  return rows.flatMap((row) => {
    const verdict = judge(row);
    totals.addSubject(way, verdict.class, row);
    return verdict.class === 'MATCHED' ? [] : [itemOf(way, verdict, row)];
  });
}

async function addControl(
  { deps, totals }: Comparison,
  { way, statement }: Control,
  period: Period,
): Promise<void> {
  const rows = await readByIndex<{ currency: string; side: string; minor: number }>(
    deps.db,
    statement,
    paramsOf(period),
  );
  for (const row of rows) totals.addControl(way, row);
}

/** Reads in a transaction with planner settings of its own. It writes nothing, so it does not delay live events. */
function readByIndex<Row extends object>(db: Db, statement: Statement, values: unknown[]): Promise<Row[]> {
  return db.transaction(async (tx) => {
    const [, rows] = await Promise.all([tx.query(lookUpByIndex, []), tx.query<Row>(statement, values)]);
    return rows;
  });
}

const paramsOf = (period: Period) => [
  period.restaurantIds,
  period.fromDay,
  period.toDay,
  period.fromAt,
  period.beforeAt,
];
