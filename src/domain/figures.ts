import { addDays, dayCount } from '@/domain/calendar-day';

/** Pure arithmetic of the analytics pages. Amounts are integer minor units, percents 0 to 100 with two decimals. */

/** Share of a whole as a percent; 0 of nothing. Two decimals, half up. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 100;
}

/** Signed change against the window before as a percent; null: there was nothing to compare with. */
export function growthPercent(now: number, before: number): number | null {
  return before === 0 ? null : percentOf(now - before, Math.abs(before));
}

/** The average in minor units, half up; 0 of nothing. */
export function averageMinor(sumMinor: number, count: number): number {
  return count === 0 ? 0 : Math.round(sumMinor / count);
}

/** The days right before, as many as these. */
export function precedingDays(fromDay: string, toDay: string): { fromDay: string; toDay: string } {
  return { fromDay: addDays(fromDay, -dayCount({ fromDay, toDay })), toDay: addDays(fromDay, -1) };
}

/**
 * Hours on the clock that are not over when a business day's clock shows `hour`, the running one first. What is over of a day that
 * is under way is compared with the same hours of an earlier one.
 */
export function hoursNotOver(hour: number, closingHour: number): number[] {
  const passed = (hour - closingHour + 24) % 24;
  return Array.from({ length: 24 - passed }, (_, i) => (hour + i) % 24);
}

/** 0 Sunday to 6 Saturday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/**
 * Per weekday the average of its days in the window, those without business too; best first.
 * @param days days with business
 */
export function averagesByWeekday(
  window: { fromDay: string; toDay: string },
  days: readonly { businessDay: string; amountMinor: number; count: number }[],
): { weekday: number; averageMinor: number; averageCount: number }[] {
  const length = dayCount(window);
  const sums = new Map<number, { days: number; amountMinor: number; count: number }>();
  for (let i = 0; i < Math.min(length, 7); i++) {
    const weekday = weekdayOf(addDays(window.fromDay, i));
    sums.set(weekday, { days: Math.ceil((length - i) / 7), amountMinor: 0, count: 0 });
  }
  for (const day of days) {
    const sum = sums.get(weekdayOf(day.businessDay));
    if (!sum) continue;
    sum.amountMinor += day.amountMinor;
    sum.count += day.count;
  }
  return [...sums]
    .filter(([, sum]) => sum.count > 0)
    .map(([weekday, sum]) => ({
      weekday,
      averageMinor: averageMinor(sum.amountMinor, sum.days),
      averageCount: Math.round((sum.count * 100) / sum.days) / 100,
    }))
    .sort((a, b) => b.averageMinor - a.averageMinor || a.weekday - b.weekday);
}

/** The busiest hours, at most so many; of equally busy ones the earlier. */
export function busiestHours(hours: readonly { hour: number; count: number }[], limit: number) {
  return hours
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || a.hour - b.hour)
    .slice(0, limit);
}
