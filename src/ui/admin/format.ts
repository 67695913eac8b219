import { exponentOf } from '@/domain/currency';
import { formatMinor, parseMajor, toMajorString } from '@/domain/money';

/**
 * How pages write amounts, times and rates. Amounts arrive in minor units. Their decimals come from the domain:
 * Intl has other ones for some currencies, such as HUF.
 */

/**
 * An amount with its currency, as people read it.
 * @param amountMinor whole minor units of the currency
 * @throws DomainError AMOUNT_INVALID when it is not a safe integer
 */
export function money(amountMinor: number, currency: string, locale = 'en-US'): string {
  // Japanese writes the yen sign in full width, which many fonts lack.
  return formatMinor(amountMinor, currency, locale).replace('\uffe5', '\u00a5');
}

/** Date and time in the restaurant's zone. */
export function dateTime(iso: string, timeZone: string, locale = 'en-US'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
}

/** Date and time to the second, with the zone's name: for lists whose order matters. */
export function exactTime(iso: string, timeZone: string, locale = 'en-US'): string {
  const at = new Date(iso);
  const format = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
  return `${format.format(at)} ${zoneName(timeZone, at)}`;
}

/** A calendar day such as `2026-11-23`, as people read it. A day has no zone. */
export function dayText(day: string, locale = 'en-US'): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/**
 * The current business day at a place plus `movedDays`, such as `2026-11-23`. Hours before the closing hour belong to
 * the day before. It fills a field for the first time: when clocks change, it may switch an hour early or late.
 */
export function businessDay(
  place: { timeZone: string; closingHour: number } | null,
  movedDays = 0,
  now = new Date(),
): string {
  const { timeZone, closingHour } = place ?? { timeZone: 'UTC', closingHour: 0 };
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const { year, month, day } = Object.fromEntries(
    format
      .formatToParts(now.getTime() - closingHour * 3_600_000)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return new Date(Date.UTC(year ?? 1970, (month ?? 1) - 1, (day ?? 1) + movedDays))
    .toISOString()
    .slice(0, 10);
}

/** A length of time in its two largest units: `2 d 4 h`, `3 min 20 s`, `80 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** Time of day to the second, in the zone. */
export function time(iso: string, timeZone: string, locale = 'en-US'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' }).format(new Date(iso));
}

/** The zone's short name at that moment, e.g. EST. */
export function zoneName(timeZone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** A whole number with the locale's digit grouping. */
export function count(value: number, locale = 'en-US'): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** An amount as a person types it into a field: 2550 in USD is `25.50`. `parseMoney` reads it back. */
export function typedMoney(amountMinor: number, currency: string): string {
  return toMajorString(amountMinor, currency);
}

/**
 * Minor units of an amount that a person typed, with a point or a comma before the decimals. Null when the text is
 * not an amount, or has more decimals than the currency. In a currency of three decimals a comma before three digits is
 * refused: 1,500 might be one and a half or fifteen hundred.
 */
export function parseMoney(typed: string, currency: string): number | null {
  const [, whole, fraction = ''] = /^\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*$/.exec(typed) ?? [];
  if (whole === undefined || fraction.length > exponentOf(currency)) return null;
  if (fraction.length === 3 && typed.includes(',')) return null;
  return parseMajor(`${whole}.${fraction}`, currency);
}
