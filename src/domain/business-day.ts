import { DomainError } from '@/domain/error';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const formatters = new Map<string, Intl.DateTimeFormat>();
// The last business day reckoned per zone and hour: nearly every payment falls into it.
const recent = new Map<string, { day: string; startMs: number; endMs: number }>();

/**
 * The business day of an instant. The hours before `closingHour` still belong to the day before: with 4, a
 * bill paid on Saturday 02:30 counts for Friday. Right on both days of a clock change.
 * @param timeZone IANA name of the restaurant's zone
 * @param closingHour whole hour 0-12 on the local clock
 * @returns 'YYYY-MM-DD'
 * @throws DomainError INSTANT_INVALID, TIME_ZONE_INVALID, CLOSING_HOUR_INVALID
 */
export function businessDayOf(instant: Date, timeZone: string, closingHour: number): string {
  const atMs = instant.getTime();
  if (Number.isNaN(atMs)) throw new DomainError('INSTANT_INVALID', 'The instant is not a date.');
  checkClosingHour(closingHour);

  const key = `${closingHour} ${timeZone}`;
  const known = recent.get(key);
  if (known && known.startMs <= atMs && atMs < known.endMs) return known.day;
  const found = reckon(atMs, timeZone, closingHour);
  recent.set(key, found);
  return found.day;
}

/**
 * First instant of a business day and first instant of the next one (exclusive end). 23 or 25 hours long
 * when the clock changes. A day that the zone skipped is empty: start equals end.
 * @param day 'YYYY-MM-DD'
 * @throws DomainError BUSINESS_DAY_INVALID, TIME_ZONE_INVALID, CLOSING_HOUR_INVALID
 */
export function businessDayBounds(
  day: string,
  timeZone: string,
  closingHour: number,
): { start: Date; end: Date } {
  checkClosingHour(closingHour);
  const dayMs = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, 10) !== day) {
    throw new DomainError('BUSINESS_DAY_INVALID', 'The day is not a date such as 2026-11-23.', { day });
  }
  return {
    start: new Date(startOf(dayMs, timeZone, closingHour)),
    end: new Date(startOf(dayMs + DAY_MS, timeZone, closingHour)),
  };
}

function reckon(atMs: number, timeZone: string, closingHour: number) {
  // The clock on the wall is right, except when it was set back over the closing hour: then the day has begun already.
  let dayMs = dayStart(wallClock(atMs, timeZone) - closingHour * HOUR_MS);
  let endMs = startOf(dayMs + DAY_MS, timeZone, closingHour);
  while (atMs >= endMs) {
    dayMs += DAY_MS;
    endMs = startOf(dayMs + DAY_MS, timeZone, closingHour);
  }
  const day = new Date(dayMs).toISOString().slice(0, 10);
  return { day, startMs: startOf(dayMs, timeZone, closingHour), endMs };
}

/** First instant at which the local clock reaches the closing hour of `dayMs` (its date as UTC midnight). */
function startOf(dayMs: number, timeZone: string, closingHour: number): number {
  const wall = dayMs + closingHour * HOUR_MS;
  const before = wall - offsetMs(wall - DAY_MS, timeZone);
  if (wallClock(before, timeZone) === wall) return before; // also the first of two equal clock times
  const after = wall - offsetMs(wall + DAY_MS, timeZone);
  if (wallClock(after, timeZone) === wall) return after;
  return clockChange(Math.min(before, after), Math.max(before, after), timeZone); // the clock skips this hour
}

/** The instant at which the zone's offset changes, known to lie in (fromMs, toMs]. */
function clockChange(fromMs: number, toMs: number, timeZone: string): number {
  const oldOffset = offsetMs(fromMs, timeZone);
  let low = fromMs;
  let high = toMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, timeZone) === oldOffset) low = middle;
    else high = middle;
  }
  return high;
}

function offsetMs(atMs: number, timeZone: string): number {
  return wallClock(atMs, timeZone) - atMs;
}

/** The local date and time, read as if it were UTC. */
function wallClock(atMs: number, timeZone: string): number {
  const wholeSecondMs = Math.floor(atMs / 1000) * 1000;
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const part of formatterOf(timeZone).formatToParts(wholeSecondMs))
    field[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (atMs - wholeSecondMs);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  try {
    const numeric = 'numeric' as const;
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formatters.set(timeZone, formatter);
    return formatter;
  } catch {
    throw new DomainError('TIME_ZONE_INVALID', 'The time zone is unknown.', { timeZone });
  }
}

function dayStart(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS) * DAY_MS;
}

function checkClosingHour(closingHour: number): void {
  if (!Number.isInteger(closingHour) || closingHour < 0 || closingHour > 12) {
    throw new DomainError('CLOSING_HOUR_INVALID', 'The closing hour must be a whole hour from 0 to 12.', {
      closingHour,
    });
  }
}
