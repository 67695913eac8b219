/** How the admin pages write amounts, times and rates. Amounts come in minor units and leave as text. */

const fractionDigits = (currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** @param amountMinor minor units of the currency, exact: the decimal point is set in the digits, not computed */
export function money(amountMinor: number, currency: string, locale = 'en-US'): string {
  const sign = amountMinor < 0 ? '-' : '';
  const exact = typedMoney(Math.abs(amountMinor), currency);
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  // A decimal string is formatted exactly; a number would pass through a float.
  // Japanese writes the sign in full width, which many fonts lack.
  return format.format(`${sign}${exact}` as unknown as number).replace('\uffe5', '\u00a5');
}

/** Date and time in the restaurant's zone. */
export function dateTime(iso: string, timeZone: string, locale = 'en-US'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
}

/** To the second, with the zone: for what happened in an order that matters. */
export function exactTime(iso: string, timeZone: string, locale = 'en-US'): string {
  const at = new Date(iso);
  const format = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
  return `${format.format(at)} ${zoneName(timeZone, at)}`;
}

/** A day of the calendar, `2026-11-23`, as people read it; days have no zone. */
export function dayText(day: string, locale = 'en-US'): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  return format.format(new Date(`${day}T00:00:00Z`));
}

/**
 * The business day that it is at a place, moved by some days: `2026-11-23`. Hours before closing belong to the evening
 * before. For a field's first value: on the two nights of a time change it may be an hour early or late.
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

/** How long something takes or took, in its two largest units: `2 d 4 h`, `3 min 20 s`, `80 ms`. */
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

export function time(iso: string, timeZone: string, locale = 'en-US'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' }).format(new Date(iso));
}

/** The zone's short name at that moment, e.g. EST. */
export function zoneName(timeZone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** @param rate 0 to 1, or null where nothing was counted */
export function percent(rate: number | null, locale = 'en-US'): string {
  if (rate === null) return '–';
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(rate);
}

export function count(value: number, locale = 'en-US'): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** An amount as a person would type it, for a field: 2550 in USD is `25.50`. Reads back with `parseMoney`. */
export function typedMoney(amountMinor: number, currency: string): string {
  const digits = fractionDigits(currency);
  const text = String(amountMinor).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** What a person typed as an amount, in minor units; null when it is none. Exact, also for currencies without cents. */
export function parseMoney(typed: string, currency: string): number | null {
  const digits = fractionDigits(currency);
  const match = /^\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*$/.exec(typed);
  if (!match) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return null;
  return Number(`${match[1]}${fraction.padEnd(digits, '0')}`);
}
