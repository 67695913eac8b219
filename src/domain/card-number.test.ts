import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsCardNumber, isCardNumber, withoutCardNumbers } from './card-number';

/** A number of a scheme's first digit and any allowed length, with the check digit that makes it one. */
const cardNumber = fc
  .tuple(fc.constantFrom('2', '3', '4', '5', '6'), fc.stringMatching(/^\d{11,17}$/))
  .map(([first, rest]) => {
    const body = first + rest;
    return [...'0123456789'].map((check) => body + check).find(isCardNumber) ?? '';
  });
const separator = fc.constantFrom('', ' ', '-');

describe('a card’s number', () => {
  it('is found however its digits are grouped and whatever stands around it, and nothing of it is left', () => {
    fc.assert(
      fc.property(cardNumber, separator, fc.constantFrom('', 'my card: ', '('), (number, between, before) => {
        const text = `${before}${[...number].join(between)}, thanks`;
        expect(holdsCardNumber(text)).toBe(true);
        expect(withoutCardNumbers(text, '…')).toBe(`${before}…, thanks`);
      }),
    );
  });

  it('has a check digit: a number with another last digit is none', () => {
    fc.assert(
      fc.property(cardNumber, fc.integer({ min: 1, max: 9 }), (number, by) => {
        const other = number.slice(0, -1) + String((Number(number.at(-1)) + by) % 10);
        expect(holdsCardNumber(other)).toBe(false);
      }),
    );
  });

  it.each([
    '4012888888881881',
    '5555555555554444',
    '378282246310005',
    '6011000990139424',
    '3530111333300000',
  ])('is %s, whose check digit was not made by us', (number) => {
    expect(isCardNumber(number)).toBe(true);
  });

  it('has 13 to 19 digits, and a scheme’s first one', () => {
    expect(['4222222222222', '4000000000000000006'].map(isCardNumber)).toEqual([true, true]);
    // Of 12, of 20, of an airline: all with a right check digit.
    expect(
      ['400000000002', '40000000000000000002', '1000000000000008', '1400000000000004'].map(isCardNumber),
    ).toEqual([false, false, false, false]);
  });

  it.each([
    ['an id of ours', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['a moment in milliseconds', '1795435200000'],
    ['digits inside a longer word', 'order-4242424242424242'],
    ['an amount', '2147483647'],
    ['too many digits', '42424242424242424242'],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(holdsCardNumber(text)).toBe(false);
    expect(withoutCardNumbers(text, '…')).toBe(text);
  });
});
