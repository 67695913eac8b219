/**
 * Arithmetic on days of the calendar. A day is 'YYYY-MM-DD' and has no time zone, so that every day has 24 hours here.
 * What a business day is at a place, and when it begins, stands in business-day.ts.
 */

const DAY_MS = 86_400_000;

/**
 * The day that is `days` whole days later, or earlier when negative. Days sort as texts only up to 9999-12-31: code that may
 * pass that day counts days and does not compare texts.
 */
export function addDays(day: string, days: number): string {
  return new Date(midnightMs(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days `toDay` is after `fromDay`: 0 for the same day, negative when it is before. NaN if one is no day. */
export function daysApart(fromDay: string, toDay: string): number {
  return (midnightMs(toDay) - midnightMs(fromDay)) / DAY_MS;
}

/** How many days a period has, its first and its last day included: 1 for a single day. NaN if one is no day. */
export function dayCount({ fromDay, toDay }: { fromDay: string; toDay: string }): number {
  return daysApart(fromDay, toDay) + 1;
}

function midnightMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
