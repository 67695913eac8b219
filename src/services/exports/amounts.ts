import { assertCurrency, formatMinor, toMajorString } from '@/domain/money';

/** For spreadsheets: decimals in major units, a point and no separators. */
export function decimal(amountMinor: number, currency: string): string {
  return toMajorString(amountMinor, assertCurrency(currency));
}

/** For people, in the restaurant's locale; a locale that nobody knows is read as en-US. */
export function moneyIn(currency: string, locale: string): (amountMinor: number) => string {
  const known = usable(locale);
  return (amountMinor) => formatMinor(amountMinor, assertCurrency(currency), known);
}

function usable(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}
