import { METRIC_COLUMNS, type MetricColumn } from '@/db/sql/metric-facts';
import { readMetricsOfPlatform, readMetricsOfRestaurants } from '@/db/sql/metric-reads';
import { hoursNotOver, precedingDays } from '@/domain/figures';
import type { ServiceContext } from '../context';
import type { ScopeClock } from './clock';
import type { MetricScope } from './scope';

export type Sums = Record<MetricColumn, number>;

/** Sums of kept cells: of one day, of the running hour of the last day, or the captures of one method or one hour of the window. */
export type SumRow = Sums & {
  currency: string;
  method: 'CARD' | 'DIGITAL_WALLET' | 'CASH' | 'CRYPTO' | null;
  businessDay: string | null;
  hour: number | null;
  isRunning: boolean;
};

export interface Window {
  fromDay: string;
  toDay: string;
}

/** The sums of a window and of as many days before it, which end at the last full hour if the window is under way. */
export async function readSums(
  ctx: ServiceContext,
  scope: MetricScope,
  clock: ScopeClock,
  { fromDay, toDay }: Window,
): Promise<{ rows: SumRow[]; previous: Window; isUnderWay: boolean }> {
  const previous = precedingDays(fromDay, toDay);
  const isUnderWay = toDay === clock.today;
  const leftOut = isUnderWay ? hoursNotOver(clock.hour, clock.closingHour) : [];
  const window = [fromDay, toDay, previous.fromDay, previous.toDay, leftOut];
  const rows =
    scope.restaurantIds === null
      ? await ctx.db.query<SumRow>(readMetricsOfPlatform, window)
      : await ctx.db.query<SumRow>(readMetricsOfRestaurants, [...window, scope.restaurantIds]);
  return { rows, previous, isUnderWay };
}

/** The sums of the rows of days from one to another, both counted. */
export function sumDays(rows: readonly SumRow[], { fromDay, toDay }: Window): Sums {
  const total = Object.fromEntries(METRIC_COLUMNS.map((column) => [column, 0])) as Sums;
  for (const row of rows) {
    if (row.businessDay === null || row.businessDay < fromDay || row.businessDay > toDay) continue;
    for (const column of METRIC_COLUMNS) total[column] += row[column];
  }
  return total;
}

/** The sums of a window without its running hour, as the window before it ends: what it may be compared with. */
export function sumFullHours(rows: readonly SumRow[], window: Window): Sums {
  const total = sumDays(rows, window);
  for (const row of rows) {
    if (!row.isRunning) continue;
    for (const column of METRIC_COLUMNS) total[column] -= row[column];
  }
  return total;
}
