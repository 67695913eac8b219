import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMajor } from '@/domain/money';
import { dayOf, looksLikeDay } from './day';
import { isExactDecimal, plainDecimal, withoutCurrency } from './decimal';

test.each([
  ['1.234,50', ',', '1234.50'],
  ['1.234,50-', ',', '-1234.50'],
  ['-0,05', ',', '-0.05'],
  ['+12', ',', '12'],
  ["1'234.5", '.', '1234.5'],
  ['1,234,567.89', '.', '1234567.89'],
  ['(12.00)', '.', '-12.00'],
  ['1 234,00', ',', '1234.00'],
  ['−3.10', '.', '-3.10'],
] as const)('%s with %s as decimal sign is %s', (text, sign, decimal) => {
  expect(plainDecimal(text, sign)).toBe(decimal);
});

test.each(['', 'abc', '1.2.3', '12,34', '1,23,456.00', '1e5', '--1', '1.', '0x10', '99999999999999999'])(
  '%s is no amount',
  (text) => {
    expect(plainDecimal(text, '.')).toBeNull();
  },
);

test('only what is a whole number of minor units is exact', () => {
  expect(isExactDecimal('1.10', 'USD')).toBe(true);
  expect(isExactDecimal('1.1000', 'USD')).toBe(true);
  expect(isExactDecimal('1.105', 'USD')).toBe(false);
  expect(isExactDecimal('5.5', 'JPY')).toBe(false);
  fc.assert(
    fc.property(fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }), (minor) => {
      const text = `${minor < 0 ? '-' : ''}${Math.trunc(Math.abs(minor) / 100)},${String(Math.abs(minor) % 100).padStart(2, '0')}`;
      const decimal = plainDecimal(text, ',') ?? '';
      expect(isExactDecimal(decimal, 'USD')).toBe(true);
      expect(parseMajor(decimal, 'USD') - minor).toBe(0);
    }),
  );
});

test('days are read in the form of the mapping and must exist', () => {
  expect(dayOf('2026-02-28', 'YYYY-MM-DD')).toBe('2026-02-28');
  expect(dayOf('2026-02-28T10:00:00Z', 'YYYY-MM-DD')).toBe('2026-02-28');
  expect(dayOf('1.3.2026', 'DD.MM.YYYY')).toBe('2026-03-01');
  expect(dayOf('03/01/2026', 'MM/DD/YYYY')).toBe('2026-03-01');
  expect(dayOf('03/01/2026', 'DD/MM/YYYY')).toBe('2026-01-03');
  expect(dayOf('20260301', 'YYYYMMDD')).toBe('2026-03-01');
  expect(dayOf('30.02.2026', 'DD.MM.YYYY')).toBeNull();
  expect(dayOf('2026-3-1', 'YYYY-MM-DD')).toBeNull();
});

test.each([
  ['$5.00', 'USD', '5.00'],
  ['-$5.00', 'USD', '-5.00'],
  ['($1,234.50)', 'USD', '-1234.50'],
  ['US$ 5.00', 'USD', '5.00'],
  ['5.00 USD', 'USD', '5.00'],
  ['5.00usd-', 'USD', '-5.00'],
  ['USD -5.00', 'USD', '-5.00'],
  ['€5.00', 'EUR', '5.00'],
  ['5.00 €', 'EUR', '5.00'],
  ['$5.00', 'CAD', '5.00'],
  ['5.00', 'USD', '5.00'],
  ['€5.00', 'USD', null],
  ['5.00 EUR', 'USD', null],
  ['5USD00', 'USD', null],
  ['$$5.00', 'USD', null],
  ['$', 'USD', null],
])('%s in %s is %s', (text, currency, decimal) => {
  expect(plainDecimal(withoutCurrency(text, currency), '.')).toBe(decimal);
});

test('a day in any form looks like one; words and sums do not', () => {
  for (const day of [
    '2026-11-30',
    '30.11.2026',
    '1/3/2026',
    '20261130',
    '2026-11-30T10:00',
    '31.02.2026',
    '1/3/26',
  ])
    expect(looksLikeDay(day)).toBe(true);
  for (const other of ['', 'Total', 'Saldo 30.11.2026', '1234.56', '1.234,50', '123456789'])
    expect(looksLikeDay(other)).toBe(false);
});
