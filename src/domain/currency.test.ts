import { describe, expect, test } from 'vitest';
import {
  assertCurrency,
  chargeStepMinor,
  displayExponentOf,
  exponentOf,
  maximumChargeMinor,
  minimumChargeMinor,
} from '@/domain/currency';
import { codeOf } from '@/domain/test-samples';

test('a currency is one code in upper case however it was written', () => {
  expect(['usd', 'Usd', 'USD'].map(assertCurrency)).toEqual(['USD', 'USD', 'USD']);
});

test.each(['', 'US', 'XXX', 'usdd', ' usd', 'BTC'])('the unsupported currency "%s" is refused', (code) => {
  expect(codeOf(() => assertCurrency(code))).toBe('CURRENCY_UNSUPPORTED');
});

describe('exponents', () => {
  test.each('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))(
    '%s has none',
    (code) => {
      expect([exponentOf(assertCurrency(code)), displayExponentOf(code), chargeStepMinor(code)]).toEqual([
        0, 0, 1,
      ]);
    },
  );

  test.each('BHD JOD KWD OMR TND'.split(' '))('%s has three and is charged in tens', (code) => {
    expect([exponentOf(assertCurrency(code)), displayExponentOf(code), chargeStepMinor(code)]).toEqual([
      3, 3, 10,
    ]);
  });

  test.each(['ISK', 'UGX'])('%s is stored in hundredths, shown and charged whole', (code) => {
    expect([exponentOf(assertCurrency(code)), displayExponentOf(code), chargeStepMinor(code)]).toEqual([
      2, 0, 100,
    ]);
  });

  test.each(['USD', 'EUR', 'HUF', 'TWD', 'AED', 'INR'])('%s has two', (code) => {
    expect([exponentOf(assertCurrency(code)), displayExponentOf(code), chargeStepMinor(code)]).toEqual([
      2, 2, 1,
    ]);
  });
});

test('the minimum is the listed one, else about half a unit that can be charged', () => {
  expect(['USD', 'GBP', 'JPY', 'HUF', 'MXN'].map(minimumChargeMinor)).toEqual([50, 30, 50, 17500, 1000]);
  expect(['TRY', 'XOF', 'KWD', 'UGX'].map(minimumChargeMinor)).toEqual([50, 50, 500, 100]);
});

test('the maximum is Stripe ceiling of eight digits, twelve for IDR, that can be charged', () => {
  expect(['USD', 'JPY', 'IDR'].map(maximumChargeMinor)).toEqual([99_999_999, 99_999_999, 999_999_999_999]);
  expect(['KWD', 'ISK'].map(maximumChargeMinor)).toEqual([99_999_990, 99_999_900]);
});

test('a refusal names the code, cut to a sane length', () => {
  expect(() => assertCurrency('x'.repeat(99))).toThrow(/^Currency x{10} is not supported\.$/);
});
