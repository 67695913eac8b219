import type { Db } from '@/db/db';
import type { Statement } from '@/db/sql';
import { lookUpByIndex } from '@/db/sql/reconciliation';
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
import { type Comparison, goOn, keepItems } from './comparison';
import { type Item, itemOf } from './item';
import { halvesOf, type Period } from './period';
import type { Totals } from './totals';
import { compareZReports } from './z-way';

/** Subjects in memory at once, of those that did not match by themselves. A page with more is compared in halves. */
const MOST_OTHERS = 5_000;
/** Comparisons at once: the database works on two while a page is judged. Each takes a connection. */
const LANES = 2;

/** Compares everything of the restaurants, or with null ones what belongs to none, in the period. */
export async function comparePeriod(comparison: Comparison, period: Period): Promise<void> {
  const isPlatform = period.restaurantIds === null;
  const checks = isPlatform ? PLATFORM_CHECKS : RESTAURANT_CHECKS;
  const controls = isPlatform ? PLATFORM_CONTROLS : RESTAURANT_CONTROLS;
  const work = [
    ...checks.map((check) => () => comparePage(comparison, check, period)),
    ...controls.map((control) => () => addControl(comparison, control, period)),
  ];
  const count = work.length;
  const note = () => {
    comparison.progress.part = 1 - work.length / count;
  };
  await Promise.all(Array.from({ length: LANES }, () => doInTurn(work, note)));
  if (period.restaurantIds === null) await compareBank(comparison, period);
  else await compareZReports(comparison, period, period.restaurantIds);
}

/** Takes from the list until it is empty; whoever is free takes the next. */
async function doInTurn(work: (() => Promise<void>)[], note: () => void): Promise<void> {
  for (let next = work.shift(); next !== undefined; next = work.shift()) {
    note();
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
  await goOn(comparison);
  const halves = halvesOf(period);
  const values: unknown[] = [...paramsOf(period), run.asOf, halves === null ? null : MOST_OTHERS];
  const [page] = await readByIndex<PageRow>(deps.db, check.statement, values);
  if (!page) throw new Error(`${check.statement.name} answered nothing`);
  if (halves !== null && page.otherCount > MOST_OTHERS) {
    for (const half of halves) await comparePage(comparison, check, half);
    return;
  }
  for (const sum of page.matched) totals.addMatched(check.way, sum);
  await keepItems(comparison, judged(totals, check, page.others));
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

/** Reads alone: a transaction that writes nothing holds back no live event. */
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
