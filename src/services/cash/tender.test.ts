import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../errors';
import { checkTender } from './tender';

const money = fc.integer({ min: 0, max: 1_000_000 });

function codeOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('what was handed over and given back', () => {
  test('is accepted exactly when the difference is the total', () => {
    fc.assert(
      fc.property(money, money, money, (totalMinor, tenderedMinor, changeMinor) => {
        const fits = tenderedMinor - changeMinor === totalMinor;
        const code = codeOf(() => checkTender({ tenderedMinor, changeMinor }, totalMinor));
        expect(code).toBe(fits ? 'accepted' : 'AMOUNT_MISMATCH');
      }),
    );
  });

  test('is completed where only one of both was typed, and empty where none was', () => {
    expect(checkTender({ tenderedMinor: 3000 }, 2700)).toEqual({ tenderedMinor: 3000, changeMinor: 300 });
    expect(checkTender({ changeMinor: 300 }, 2700)).toEqual({ tenderedMinor: 3000, changeMinor: 300 });
    expect(checkTender({}, 2700)).toEqual({ tenderedMinor: null, changeMinor: null });
    expect(codeOf(() => checkTender({ tenderedMinor: 2699 }, 2700))).toBe('AMOUNT_MISMATCH');
  });
});
