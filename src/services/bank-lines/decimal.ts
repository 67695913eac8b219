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

/** Whether the decimal is a whole number of minor units: converted and back it is the same number. */
export function isExactDecimal(decimal: string, currency: string): boolean {
  return trimmed(toMajorString(parseMajor(decimal, currency), currency)) === trimmed(decimal);
}

function trimmed(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`;
}
