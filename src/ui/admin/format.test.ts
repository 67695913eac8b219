import { expect, test } from 'vitest';
import { money, parseMoney, percent, zoneName } from './format';

test.each([
  [123456, 'USD', 'en-US', '$1,234.56'],
  [-5, 'USD', 'en-US', '-$0.05'],
  [3200, 'JPY', 'ja-JP', '¥3,200'],
  [1234, 'KWD', 'en-US', 'KWD 1.234'],
  [0, 'USD', 'en-US', '$0.00'],
  [900719925474099, 'USD', 'en-US', '$9,007,199,254,740.99'],
])('%s minor units of %s read %s: %s', (minor, currency, locale, text) => {
  expect(money(minor, currency, locale).replace('\u00a0', ' ')).toBe(text);
});

test.each([
  ['12.50', 'USD', 1250],
  ['12,5', 'USD', 1250],
  ['12', 'USD', 1200],
  ['3200', 'JPY', 3200],
  ['1.234', 'KWD', 1234],
  ['1.5', 'JPY', null],
  ['12.345', 'USD', null],
  ['-1', 'USD', null],
  ['', 'USD', null],
  ['1e3', 'USD', null],
])('%j typed for %s is %s', (typed, currency, minor) => {
  expect(parseMoney(typed, currency)).toBe(minor);
});

test('a rate of nothing is a dash, and a zone has its name of that day', () => {
  expect(percent(null)).toBe('–');
  expect(percent(0.9876)).toBe('98.8%');
  expect(zoneName('America/New_York', new Date('2026-07-01'))).toBe('EDT');
});
