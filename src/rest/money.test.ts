import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { major, meansDue, minorOf, requiredMinorOf } from './money';

const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'INR');
const amountMinor = fc.integer({ min: 0, max: 99_999_999 });

describe('money on the legacy wire', () => {
  it.each([
    [1234, 'USD', 12.34],
    [1234, 'JPY', 1234],
    [1234, 'KWD', 1.234],
    [0, 'USD', 0],
    [5, 'USD', 0.05],
  ])('%i minor units of %s are %d', (minor, code, shown) => expect(major(minor, code)).toBe(shown));

  it('what goes out comes back unchanged, as number and as text', () => {
    fc.assert(
      fc.property(amountMinor, currency, (minor, code) => {
        expect(minorOf(major(minor, code), code, 'amount')).toBe(minor);
        expect(minorOf(String(major(minor, code)), code, 'amount')).toBe(minor);
      }),
    );
  });

  it.each([
    [3.2985, 330],
    [3.3400000000000003, 334],
    ['3.3400000000000003', 334],
    [0.1 + 0.2, 30],
    [1e-7, 0],
    [0.005, 1],
    [' 12.5 ', 1250],
  ])('%s dollars are rounded half up to %i cents', (value, minor) =>
    expect(minorOf(value, 'USD', 'tip')).toBe(minor),
  );

  it.each([undefined, null, ''])('%s is no amount', (value) => {
    expect(minorOf(value, 'USD', 'tip')).toBeUndefined();
    expect(() => requiredMinorOf(value, 'USD', 'tipAmount')).toThrow(/Send tipAmount/);
  });

  it.each([-1, '-0.01', 'x', Number.NaN, Number.POSITIVE_INFINITY, {}, [], true, '1,5', '1e999'])(
    '%s is refused, naming the field',
    (value) => expect(() => minorOf(value, 'USD', 'tipAmount')).toThrow(/Change tipAmount/),
  );
});

describe('an amount of undecidable unit', () => {
  it('means what is due in minor or in major units, and nothing else does', () => {
    fc.assert(
      fc.property(amountMinor, amountMinor, currency, (due, other, code) => {
        expect(meansDue(due, due, code)).toBe(true);
        expect(meansDue(major(due, code), due, code)).toBe(true);
        const isEither = other === due || minorOf(other, code, 'amount') === due;
        expect(meansDue(other, due, code)).toBe(isEither);
      }),
    );
  });

  it.each([null, undefined, {}, [2700], true])('%s means nothing', (value) =>
    expect(meansDue(value, 2700, 'USD')).toBe(false),
  );
});
