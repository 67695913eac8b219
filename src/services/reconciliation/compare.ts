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
import type { Period } from './period';
import type { Totals } from './totals';
import { compareZReports } from './z-way';

/** Subjects in memory at once. A page's statements end long before a lock or a long transaction could hold anybody up. */
const PAGE = 5_000;

/** Compares everything of one restaurant, or with a null one what belongs to none, in the period. */
export async function comparePeriod(comparison: Comparison, period: Period): Promise<void> {
  const { restaurantId } = period;
  const isPlatform = restaurantId === null;
  for (const check of isPlatform ? PLATFORM_CHECKS : RESTAURANT_CHECKS) await comparePages(comparison, check, period);
  for (const control of isPlatform ? PLATFORM_CONTROLS : RESTAURANT_CONTROLS) await addControl(comparison, control, period);
  if (restaurantId === null) await compareBank(comparison, period);
  else await compareZReports(comparison, period, restaurantId);
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
