import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertCurrency, exponentOf } from '@/domain/currency';
import { formatMinor, toMajorString } from '@/domain/money';
import { codeOf, numRuns } from '@/domain/test-samples';
import { businessDay, dayText, duration, money, parseMoney, typedMoney, zoneName } from './format';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Every three-letter code that the domain supports: a list by Intl would lack some of them. */
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => `${a}${b}${c}`))).filter(
  (code) => codeOf(() => assertCurrency(code)) === 'no error',
);
const anyCurrency = fc.constantFrom(...CURRENCIES);

/** The number that a text in en-US shows: -1234.5 for "-HUF 1,234.50". */
const shownNumber = (text: string) => Number(text.replace(/[^\d.-]/g, ''));

test('every supported currency is under test', () => {
  expect(CURRENCIES.length).toBeGreaterThan(130);
  expect(CURRENCIES).toEqual(
    expect.arrayContaining(['AFN', 'HUF', 'ISK', 'JPY', 'KWD', 'STD', 'UGX', 'USD']),
  );
});

test.each(CURRENCIES)('%s is shown as the amount that the domain says it is', (currency) => {
  for (const amountMinor of [0, 1, -5, 99, 100, 12_345, -250_000, 900_719_925_474_099]) {
    const text = money(amountMinor, currency);
    expect(shownNumber(text)).toBe(Number(toMajorString(amountMinor, currency)));
    expect(text).toBe(formatMinor(amountMinor, currency));
  }
});

test.each(CURRENCIES)('one whole unit typed for %s is one whole unit of the domain', (currency) => {
  expect(parseMoney('1', currency)).toBe(10 ** exponentOf(currency));
});

test('an amount in a field reads back as the same amount, whatever the currency', () => {
  const anyTypedMinor = fc.integer({ min: 0, max: 99_999_999_999 });
  fc.assert(
    fc.property(anyTypedMinor, anyCurrency, (amountMinor, currency) => {
      // A field takes nine digits before the decimal point.
      fc.pre(toMajorString(amountMinor, currency).replace(/\..*/, '').length <= 9);
      const typed = typedMoney(amountMinor, currency);
      expect(typed).toBe(toMajorString(amountMinor, currency));
      expect(parseMoney(typed, currency)).toBe(amountMinor);
      // A comma before three digits may separate thousands.
      const isAmbiguous = exponentOf(currency) === 3;
      expect(parseMoney(typed.replace('.', ','), currency)).toBe(isAmbiguous ? null : amountMinor);
    }),
    numRuns(),
  );
});

test('more decimals than the currency has are no amount', () => {
  fc.assert(
    fc.property(anyCurrency, (currency) => {
      expect(parseMoney(`1.${'0'.repeat(exponentOf(currency) + 1)}`, currency)).toBeNull();
    }),
    numRuns(),
  );
});

test.each([
  [250_000, 'HUF', 'en-US', 'HUF 2,500.00'],
  [500, 'ISK', 'en-US', 'ISK 5'],
  [550, 'ISK', 'en-US', 'ISK 5.50'],
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
  ['1,5', 'KWD', 1500],
  ['1,500', 'KWD', null],
  ['1.5', 'JPY', null],
  ['12.345', 'USD', null],
  ['-1', 'USD', null],
  ['', 'USD', null],
  ['1e3', 'USD', null],
])('%j typed for %s is %s', (typed, currency, minor) => {
  expect(parseMoney(typed, currency)).toBe(minor);
});

test('a zone has its name of that day', () => {
  expect(zoneName('America/New_York', new Date('2026-07-01'))).toBe('EDT');
});

test.each([
  [1250, 'USD', '12.50'],
  [5, 'USD', '0.05'],
  [3200, 'JPY', '3200'],
  [1234, 'KWD', '1.234'],
])('%s minor units of %s stand in a field as %s, and read back', (minor, currency, typed) => {
  expect(typedMoney(minor, currency)).toBe(typed);
  expect(parseMoney(typed, currency)).toBe(minor);
});

test('a day is that of the zone, over the ends of months and years, and is written without a zone', () => {
  const now = new Date('2027-01-01T03:00:00Z');
  expect(businessDay({ timeZone: 'America/New_York', closingHour: 0 }, 0, now)).toBe('2026-12-31');
  expect(businessDay({ timeZone: 'Asia/Tokyo', closingHour: 0 }, 0, now)).toBe('2027-01-01');
  expect(businessDay({ timeZone: 'Asia/Tokyo', closingHour: 0 }, -1, now)).toBe('2026-12-31');
  expect(dayText('2026-11-23', 'en-US')).toBe('Nov 23, 2026');
});

test.each([
  [-5, '0 ms'],
  [80, '80 ms'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [93_784_000, '1 d 2 h'],
])('%s ms last %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('a business day is the zone’s calendar day, less the hours before closing', () => {
  const at = new Date('2026-11-23T06:30:00Z');
  const newYork = { timeZone: 'America/New_York', closingHour: 0 };
  expect(businessDay(newYork, 0, at)).toBe('2026-11-23');
  expect(businessDay({ ...newYork, closingHour: 4 }, 0, at)).toBe('2026-11-22');
  expect(businessDay({ timeZone: 'Asia/Tokyo', closingHour: 4 }, 0, at)).toBe('2026-11-23');
  expect(businessDay(null, -1, new Date('2026-03-01T00:00:00Z'))).toBe('2026-02-28');
});
