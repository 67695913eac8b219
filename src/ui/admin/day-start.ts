import { addDays } from '@/domain/calendar-day';

const DAY_MS = 86_400_000;

/**
 * The first instant of a calendar day in a zone. Found by halving, so that it is right on the days of a clock change and in
 * zones that skip midnight; a day that a zone skipped begins with the next.
 * @param day `2026-11-23`
 */
export function dayStart(day: string, timeZone: string): Date {
  // Swedish writes days as ISO 8601 does, which sort as texts.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  let before = Date.parse(`${day}T00:00:00Z`) - DAY_MS;
  let begun = before + 2 * DAY_MS;
  while (begun - before > 1) {
    const middle = Math.floor((before + begun) / 2);
    if (format.format(middle) < day) before = middle;
    else begun = middle;
  }
  return new Date(begun);
}

/** The day after, `2026-11-24`. */
export function nextDay(day: string): string {
  return addDays(day, 1);
}
