import { type Currency, displayExponentOf, exponentOf } from '@/domain/currency';
import { DomainError } from '@/domain/error';

export {
  assertCurrency,
  type Currency,
  chargeStepMinor,
  maximumChargeMinor,
  minimumChargeMinor,
} from '@/domain/currency';

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?$/;
const MAX_SAFE_DIGITS = 16;
const MAX_TEXT_LENGTH = 400;

/**
 * The amount itself if it is a whole number of minor units that JavaScript holds exactly.
 * @throws DomainError AMOUNT_INVALID
 */
export function assertMinor(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) {
    throw new DomainError('AMOUNT_INVALID', 'The amount is not a whole number of minor units.', {
      amountMinor: String(amountMinor),
    });
  }
  return amountMinor === 0 ? 0 : amountMinor; // no negative zero
}

/**
 * As `assertMinor`, and not negative; `name` says which amount in the error's details.
 * @throws DomainError AMOUNT_INVALID
 */
export function assertNonNegativeMinor(amountMinor: number, name: string): number {
  if (assertMinor(amountMinor) < 0) {
    throw new DomainError('AMOUNT_INVALID', 'The amount is negative.', { name, amountMinor });
  }
  return assertMinor(amountMinor);
}

/**
 * Exact sum of minor amounts of one currency; 0 for none.
 * @throws DomainError AMOUNT_INVALID for a bad term or a sum beyond the safe integers
 */
export function sumMinor(amountsMinor: readonly number[]): number {
  return amountsMinor.reduce((sum, amount) => assertMinor(sum + assertMinor(amount)), 0);
}

/** Decimal text in major units with all decimals of the minor unit: (1234, 'USD') -> '12.34', (-5, 'KWD') -> '-0.005'. */
export function toMajorString(amountMinor: number, currency: Currency): string {
  return decimalString(assertMinor(amountMinor), exponentOf(currency));
}

/**
 * The double nearest to `toMajorString`, for the legacy wire and socket payloads only (legacy-contract 2.3).
 * `parseMajor` gives the same minor amount back for up to 15 digits.
 */
export function toMajorNumber(amountMinor: number, currency: Currency): number {
  return Number(toMajorString(amountMinor, currency));
}

/**
 * Minor units of a decimal in major units: 87.957975 USD -> 8796. Converts through the decimal text (of a
 * number: its shortest, so 1e-7 works), never by multiplying. Extra decimals round half up; negative values
 * mirror positive ones (half away from zero).
 * @throws DomainError AMOUNT_INVALID for NaN, Infinity, other text, or a result beyond the safe integers
 */
export function parseMajor(value: string | number, currency: Currency): number {
  const text = String(value).trim();
  const match = text.length <= MAX_TEXT_LENGTH ? DECIMAL.exec(text) : null;
  const [, sign, whole = '', fraction = '', exponent = ''] = match ?? [];
  if (whole + fraction === '') throw invalidMajor(text);

  const digits = (whole + fraction).replace(/^0+/, '');
  const leadingZeros = whole.length + fraction.length - digits.length;
  const pointAt = whole.length - leadingZeros + Number(exponent) + exponentOf(currency);
  if (digits === '' || pointAt < 0) return 0;
  if (pointAt > MAX_SAFE_DIGITS) throw invalidMajor(text);

  const truncated = BigInt(digits.slice(0, pointAt).padEnd(pointAt, '0')); // of no digits: 0
  const roundsUp = digits.charAt(pointAt) >= '5';
  const minor = Number(roundsUp ? truncated + 1n : truncated);
  if (!Number.isSafeInteger(minor)) throw invalidMajor(text);
  return sign === '-' && minor !== 0 ? -minor : minor;
}

/**
 * The amount as people read it, by Intl from an exact decimal text, never from a float.
 * ISK and UGX show no decimals unless the amount has some.
 */
export function formatMinor(amountMinor: number, currency: Currency, locale = 'en-US'): string {
  const shown = displayExponentOf(currency);
  const isWholeUnit = assertMinor(amountMinor) % 10 ** (exponentOf(currency) - shown) === 0;
  const decimals = isWholeUnit ? shown : exponentOf(currency);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(toMajorString(amountMinor, currency) as Intl.StringNumericLiteral);
}

function decimalString(amountMinor: number, exponent: number): string {
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0');
  const sign = amountMinor < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

function invalidMajor(text: string): DomainError {
  return new DomainError('AMOUNT_INVALID', 'The amount is not a number in range.', {
    value: text.slice(0, 40),
  });
}
