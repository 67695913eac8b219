import { businessDayBounds } from '@/domain/business-day';

/** Business days, both included. */
export interface Days {
  fromDay: string;
  toDay: string;
}

/** When a place's business days begin. */
export interface DayRules {
  timeZone: string;
  closingHour: number;
}

/** Business days of restaurants that begin at the same instants, and these; null: the platform's own, on days of UTC. */
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

/** The periods of these days at restaurants of any rules, each of at most so many restaurant-days, or one day of one. */
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

/** The same in two parts, cut between days, or else between restaurants; null: it cannot be cut. */
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

/** These days, in order, as spans of days that follow each other. */
export function spansOf(days: readonly string[]): Days[] {
  const spans: Days[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last && addDays(last.toDay, 1) === day) last.toDay = day;
    else spans.push({ fromDay: day, toDay: day });
  }
  return spans;
}

/** How much a period is beside others, in days of one restaurant. */
export const restaurantDays = (period: Pick<Period, 'restaurantIds' | 'fromDay' | 'toDay'>) =>
  (period.restaurantIds?.length ?? 1) * dayCount(period);

/** How far back runs of themselves reach for what has changed, in days. */
export const MAX_BACK_DAYS = 120;
/** A transaction that was under way when changes were last looked at has written by then. */
export const OVERLAP_MS = 600_000;
const DAY_MS = 86_400_000;

/** How many days, both ends included. */
export function dayCount({ fromDay, toDay }: Days): number {
  return (Date.parse(toDay) - Date.parse(fromDay)) / DAY_MS + 1;
}

/** The day so many days later, or earlier. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

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
