import { parseMajor, toMajorString } from '@/domain/money';

/**
 * A bank's number as a plain decimal, e.g. "1.234,50-" -> "-1234.50"; null when it is none. Thousands may be parted by the other
 * sign, an apostrophe or blanks, in threes alone.
 */
export function plainDecimal(text: string, decimalSign: '.' | ','): string | null {
  const compact = text.replace(/[\s\u00a0\u202f]/g, '').replaceAll('−', '-');
  const signed = /^\((.*)\)$/.test(compact) ? `-${compact.slice(1, -1)}` : compact.replace(/^(.*)-$/, '-$1');
  const match = /^([+-]?)(.*)$/.exec(signed);
  const [whole = '', fraction, ...more] = (match?.[2] ?? '').split(decimalSign);
  const other = decimalSign === '.' ? ',' : '.';
  const isGrouped = new RegExp(`^\\d{1,3}([${other}']\\d{3})+$`).test(whole);
  const digits = isGrouped ? whole.replaceAll(other, '').replaceAll("'", '') : whole;
  if (
    more.length > 0 ||
    !/^\d{1,15}$/.test(digits) ||
    (fraction !== undefined && !/^\d{1,10}$/.test(fraction))
  )
    return null;
  return `${match?.[1] === '-' ? '-' : ''}${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** The number without the code or the sign of its currency before or behind it, e.g. "-$5.00" or "5.00 USD" of USD. */
export function withoutCurrency(text: string, currency: string): string {
  const number = text.trim();
  for (const name of namesOf(currency)) {
    const upper = number.toUpperCase();
    const lead = /^[(+\-−]*\s*/.exec(number)?.[0].length ?? 0;
    if (upper.startsWith(name, lead)) return number.slice(0, lead) + number.slice(lead + name.length);
    const end = number.length - (/[)\-−]*$/.exec(number)?.[0].length ?? 0);
    if (upper.slice(0, end).endsWith(name)) return number.slice(0, end - name.length) + number.slice(end);
  }
  return number;
}

/** Longer ones first: "US$" has "$" in it. */
function namesOf(currency: string): string[] {
  const signs = (['symbol', 'narrowSymbol'] as const).flatMap((currencyDisplay) =>
    ['en-US', 'en-CA']
      .flatMap((locale) =>
        new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay }).formatToParts(0),
      )
      .filter((part) => part.type === 'currency')
      .map((part) => part.value.toUpperCase()),
  );
  return [...new Set([currency, ...signs])].sort((a, b) => b.length - a.length);
}

/** Whether the decimal is a whole number of minor units: converted and back it is the same number. */
export function isExactDecimal(decimal: string, currency: string): boolean {
  return trimmed(toMajorString(parseMajor(decimal, currency), currency)) === trimmed(decimal);
}

function trimmed(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`;
}
