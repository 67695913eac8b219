import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertMinor,
  assertNonNegativeMinor,
  formatMinor,
  parseMajor,
  sumMinor,
  toMajorNumber,
  toMajorString,
} from '@/domain/money';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const anyCurrency = fc.constantFrom('USD', 'JPY', 'KWD', 'ISK', 'HUF');
const anyMinor = fc.maxSafeInteger();
const fifteenDigits = fc.integer({ min: -(10 ** 15 - 1), max: 10 ** 15 - 1 });

describe('minor amounts', () => {
  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is refused', (value) => {
    expect(codeOf(() => assertMinor(value))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => sumMinor([1, value]))).toBe('AMOUNT_INVALID');
  });

  test('negative zero never leaves', () => {
    expect(Object.is(assertMinor(-0), 0)).toBe(true);
  });

  test('a negative amount is refused where none can be, and named', () => {
    expect(codeOf(() => assertNonNegativeMinor(-1, 'tipMinor'))).toBe('AMOUNT_INVALID');
    expect(assertNonNegativeMinor(0, 'tipMinor')).toBe(0);
    expect(detailsOf(() => assertNonNegativeMinor(-1, 'tipMinor'))).toEqual({
      name: 'tipMinor',
      amountMinor: -1,
    });
  });

  test('a refusal tells the log the amount, also one that JSON cannot hold', () => {
    expect(detailsOf(() => assertMinor(Number.NaN))).toEqual({ amountMinor: 'NaN' });
  });

  test('a sum is exact or refused, never rounded', () => {
    expect(sumMinor([])).toBe(0);
    expect(sumMinor([1, -3, 2])).toBe(0);
    expect(codeOf(() => sumMinor([Number.MAX_SAFE_INTEGER, 1]))).toBe('AMOUNT_INVALID');
  });
});

describe('parsing major units', () => {
  test.each<[string | number, string, number]>([
    [87.957975, 'USD', 8796],
    [3.2985, 'USD', 330],
    [3.3400000000000003, 'USD', 334],
    [1.005, 'USD', 101],
    [1e-7, 'USD', 0],
    ['1e-7', 'USD', 0],
    [5e-3, 'USD', 1],
    ['1.5E2', 'USD', 15000],
    ['0.0049999999999', 'USD', 0],
    ['0.000123456', 'USD', 0],
    [' 12.34 ', 'USD', 1234],
    ['.5', 'USD', 50],
    ['5.', 'USD', 500],
    ['+1', 'USD', 100],
    ['000001.10', 'USD', 110],
    [0.29, 'USD', 29],
    [4.35, 'USD', 435],
    [500, 'JPY', 500],
    [499.5, 'JPY', 500],
    [5.124, 'KWD', 5124],
    [5, 'UGX', 500],
    ['1e-999999', 'USD', 0],
    ['0e99999', 'USD', 0],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
    [`${'0'.repeat(399)}5`, 'USD', 500],
  ])('%s %s is %d minor units', (value, currency, minor) => {
    expect(parseMajor(value, currency)).toBe(minor);
  });

  test.each<[number, number]>([
    [-1.005, -101],
    [-3.2985, -330],
    [-0.004, 0],
  ])('negative values mirror positive ones: %d -> %d', (value, minor) => {
    expect(parseMajor(value, 'USD')).toBe(minor);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '',
    ' ',
    '.',
    'e5',
    '-',
    '1,50',
    '0x10',
    '1 000',
    '12abc',
    '1e',
    '1e9999999',
    '90071992547409.92',
    '99999999999999999999',
    1e21,
    '9'.repeat(500),
    `${'0'.repeat(400)}5`,
  ])('%s is refused', (value) => {
    expect(codeOf(() => parseMajor(value, 'USD'))).toBe('AMOUNT_INVALID');
  });

  test('a refusal tells the log the beginning of the text', () => {
    expect(detailsOf(() => parseMajor('x'.repeat(99), 'USD'))).toEqual({ value: 'x'.repeat(40) });
  });

  test('minor -> text -> minor is the identity for every safe amount', () => {
    fc.assert(
      fc.property(anyMinor, anyCurrency, (minor, currency) => {
        expect(parseMajor(toMajorString(minor, currency), currency)).toBe(assertMinor(minor));
      }),
      numRuns(),
    );
  });

  test('minor -> legacy number -> minor is the identity up to 15 digits', () => {
    fc.assert(
      fc.property(fifteenDigits, anyCurrency, (minor, currency) => {
        expect(parseMajor(toMajorNumber(minor, currency), currency)).toBe(assertMinor(minor));
      }),
      numRuns(5),
    );
  });

  test('any decimal text rounds half up as exact rational arithmetic does', () => {
    const digits = fc.stringMatching(/^\d{1,9}$/);
    fc.assert(
      fc.property(digits, digits, anyCurrency, (whole, fraction, currency) => {
        const scale = 10n ** BigInt(fraction.length);
        const unit = ({ JPY: 1n, KWD: 1000n } as Record<string, bigint>)[currency] ?? 100n;
        const exact = (BigInt(whole + fraction) * unit * 2n + scale) / (scale * 2n);
        expect(parseMajor(`${whole}.${fraction}`, currency)).toBe(Number(exact));
      }),
      numRuns(),
    );
  });
});

describe('writing', () => {
  test.each<[number, string, string]>([
    [1234, 'USD', '12.34'],
    [5, 'USD', '0.05'],
    [-5, 'USD', '-0.05'],
    [0, 'KWD', '0.000'],
    [-1230, 'KWD', '-1.230'],
    [500, 'JPY', '500'],
    [500, 'ISK', '5.00'],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91'],
  ])('%d %s is the text %s', (minor, currency, text) => {
    expect(toMajorString(minor, currency)).toBe(text);
    expect(toMajorNumber(minor, currency)).toBe(Number(text));
  });

  test.each<[number, string, string]>([
    [1234, 'USD', '$12.34'],
    [-1234, 'USD', '-$12.34'],
    [500, 'JPY', '¥500'],
    [1234, 'HUF', 'HUF 12.34'],
    [5124, 'KWD', 'KWD 5.124'],
    [500, 'ISK', 'ISK 5'],
    [550, 'ISK', 'ISK 5.50'],
    [Number.MAX_SAFE_INTEGER, 'USD', '$90,071,992,547,409.91'],
  ])('%d %s reads %s', (minor, currency, text) => {
    expect(formatMinor(minor, currency).replaceAll('\u00a0', ' ')).toBe(text);
  });

  test('the locale decides the form, not the value', () => {
    expect(formatMinor(123456, 'EUR', 'de-DE').replaceAll('\u00a0', ' ')).toBe('1.234,56 €');
  });
});
