import { businessDayBounds } from '@/domain/business-day';
import { addDays, dayCount } from '@/domain/calendar-day';

/** Business days, first and last included. */
export interface Days {
  fromDay: string;
  toDay: string;
}

/** When a restaurant's business days begin. */
export interface DayRules {
  timeZone: string;
  closingHour: number;
}

/**
 * Business days of restaurants whose days begin at the same instants. `restaurantIds` null: the platform's own, on days
 * of UTC.
 */
export interface Period extends Days, DayRules {
  restaurantIds: readonly string[] | null;
  fromAt: Date;
  beforeAt: Date;
}

/** The period of these days at restaurants with the same rules. */
export function periodOf(restaurantIds: readonly string[], rules: DayRules, days: Days): Period {
  return within({ ...rules, restaurantIds }, days);
}

/** The period of these days for what belongs to no restaurant. */
export function platformPeriodOf(days: Days): Period {
  return within({ restaurantIds: null, timeZone: 'UTC', closingHour: 0 }, days);
}

/**
 * The periods of these days at restaurants with any rules. Each period has at most `mostRestaurantDays`, but at least
 * one day of each of its restaurants.
 */
export function periodsAt(
  restaurants: readonly (DayRules & { restaurantId: string })[],
  days: Days,
  mostRestaurantDays: number,
): Period[] {
  const groups = new Map<string, { rules: DayRules; ids: string[] }>();
  for (const at of restaurants) {
    const key = `${at.closingHour} ${at.timeZone}`;
    const group = groups.get(key) ?? { rules: at, ids: [] };
    groups.set(key, group);
    group.ids.push(at.restaurantId);
  }
  return [...groups.values()].flatMap(({ rules, ids }) =>
    piecesOf(periodOf(ids, rules, days), mostRestaurantDays),
  );
}

/** The period in two parts: split between days, else between restaurants. Null: one day of one restaurant. */
export function halvesOf(period: Period): [Period, Period] | null {
  const { restaurantIds, fromDay, toDay } = period;
  const days = dayCount(period);
  if (days > 1) {
    const middle = addDays(fromDay, Math.floor(days / 2));
    return [
      within(period, { fromDay, toDay: addDays(middle, -1) }),
      within(period, { fromDay: middle, toDay }),
    ];
  }
  if (restaurantIds === null || restaurantIds.length < 2) return null;
  const half = Math.floor(restaurantIds.length / 2);
  return [
    { ...period, restaurantIds: restaurantIds.slice(0, half) },
    { ...period, restaurantIds: restaurantIds.slice(half) },
  ];
}

/** Sorted days as spans of consecutive days. */
export function spansOf(days: readonly string[]): Days[] {
  const spans: Days[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last && addDays(last.toDay, 1) === day) last.toDay = day;
    else spans.push({ fromDay: day, toDay: day });
  }
  return spans;
}

/** The size of a period: its days times its restaurants. The platform counts as one restaurant. */
export const restaurantDays = (period: Pick<Period, 'restaurantIds' | 'fromDay' | 'toDay'>) =>
  (period.restaurantIds?.length ?? 1) * dayCount(period);

/** How far back runs without given days look for changes, in days. */
export const MAX_BACK_DAYS = 120;
/** How far the search for changes overlaps the last one: a transaction that was open then has committed by now. */
export const OVERLAP_MS = 600_000;

function piecesOf(period: Period, mostRestaurantDays: number): Period[] {
  const daysEach = Math.max(1, Math.floor(mostRestaurantDays / (period.restaurantIds?.length ?? 1)));
  const pieces: Period[] = [];
  for (let fromDay = period.fromDay; fromDay <= period.toDay; fromDay = addDays(fromDay, daysEach)) {
    const end = addDays(fromDay, daysEach - 1);
    const isLast = end >= period.toDay;
    pieces.push(within(period, { fromDay, toDay: isLast ? period.toDay : end }));
  }
  return pieces;
}

function within(
  { restaurantIds, timeZone, closingHour }: DayRules & Pick<Period, 'restaurantIds'>,
  { fromDay, toDay }: Days,
): Period {
  return {
    restaurantIds,
    timeZone,
    closingHour,
    fromDay,
    toDay,
    fromAt: businessDayBounds(fromDay, timeZone, closingHour).start,
    beforeAt: businessDayBounds(toDay, timeZone, closingHour).end,
  };
}
