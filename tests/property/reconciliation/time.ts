import { businessDayBounds } from '@/domain/business-day';

/** A restaurant's clock and money. */
export interface Place {
  timeZone: string;
  closingHour: number;
  currency: 'USD' | 'EUR' | 'JPY';
}

const UTC: Place = { timeZone: 'UTC', closingHour: 0, currency: 'USD' };
/** Noon of each is on the same day of UTC, whose days are the platform's own. */
export const PLACES: readonly Place[] = [
  UTC,
  { timeZone: 'America/New_York', closingHour: 4, currency: 'USD' },
  { timeZone: 'Asia/Kathmandu', closingHour: 2, currency: 'JPY' },
  { timeZone: 'Europe/Berlin', closingHour: 6, currency: 'EUR' },
  { timeZone: 'America/New_York', closingHour: 0, currency: 'EUR' },
];

/** Days of one scenario: nothing of another one is near, as the platform's own things know no restaurant. */
export interface ScenarioTime {
  place: Place;
  /** The business day of everything that is old enough to be due; its first instant, and the first one after it. */
  day: string;
  start: Date;
  end: Date;
  lastDay: string;
  /** Twelve hours after its beginning. */
  noon: Date;
  asOf: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A scenario has so many days to itself; its first day is looked for in the first half of them. */
const SLOT_DAYS = 90;
const FIRST_DAYS = 45;

/** The days of a scenario: from one on which the clock changes, where one is near. */
export function timeOf(index: number, place = PLACES[index % PLACES.length] ?? UTC): ScenarioTime {
  const slotMs = Date.UTC(2000, 0, 1) + index * SLOT_DAYS * DAY_MS;
  const dayAt = (days: number) => new Date(slotMs + days * DAY_MS).toISOString().slice(0, 10);
  const boundsOf = (day: string) => businessDayBounds(day, place.timeZone, place.closingHour);
  const noonOf = (day: string) => new Date(boundsOf(day).start.getTime() + 12 * HOUR_MS);
  const isChange = (days: number) => {
    const { start, end } = boundsOf(dayAt(days));
    return end.getTime() - start.getTime() !== DAY_MS;
  };
  const found = Array.from({ length: FIRST_DAYS }, (_, days) => days).find(isChange) ?? 0;
  const [day, lastDay] = [dayAt(found), dayAt(found + 20)];
  return { place, ...boundsOf(day), day, lastDay, noon: noonOf(day), asOf: noonOf(lastDay) };
}
