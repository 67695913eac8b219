import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptKey, type FailedAttempt, isNewAttempt } from './failed-attempt';

const declined = (n: number, atSec = 100): FailedAttempt => ({
  chargeId: `ch_${n}`,
  methodId: 'pm_1',
  atSec,
});
const unconfirmed = (methodId: string | null, atSec: number): FailedAttempt => ({
  chargeId: null,
  methodId,
  atSec,
});

describe('failed attempts', () => {
  it('are told apart by their charges, within one second too', () => {
    const known = [attemptKey(declined(1))];
    expect(isNewAttempt(known, true, declined(2))).toBe(true);
    expect(isNewAttempt(known, true, declined(1))).toBe(false);
    expect(isNewAttempt(known, true, declined(1, 105))).toBe(false);
  });

  it('without a charge are told apart by method and second', () => {
    const known = [attemptKey(unconfirmed('pm_1', 100))];
    expect(isNewAttempt([], false, unconfirmed('pm_1', 100))).toBe(true);
    expect(isNewAttempt(known, true, unconfirmed('pm_2', 100))).toBe(true);
    expect(isNewAttempt(known, false, unconfirmed('pm_1', 104))).toBe(true);
    expect(isNewAttempt(known, false, unconfirmed('pm_1', 100))).toBe(false);
    expect(isNewAttempt([attemptKey(unconfirmed(null, 100))], true, unconfirmed(null, 101))).toBe(true);
  });

  it('without a charge, told with another second while the payment is failed: the same one', () => {
    expect(isNewAttempt([attemptKey(unconfirmed('pm_1', 100))], true, unconfirmed('pm_1', 101))).toBe(false);
    expect(isNewAttempt([attemptKey(unconfirmed('pm_1', 100)), 'ch_1'], true, unconfirmed('pm_1', 104))).toBe(
      true,
    );
  });

  it('with a charge of its own are new, whatever failed before; so is the first of all', () => {
    expect(isNewAttempt([attemptKey(unconfirmed('pm_1', 100))], true, declined(1, 101))).toBe(true);
    expect(isNewAttempt([], true, unconfirmed('pm_1', 100))).toBe(true);
  });

  it('of which neither charge nor method is known have their second alone', () => {
    expect(attemptKey(unconfirmed(null, 100))).toBe('@100');
  });

  it('of charges are counted exactly once each, in whatever order and however often they are told', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ n: fc.nat(5), atSec: fc.integer({ min: 100, max: 102 }), isFailed: fc.boolean() }),
        ),
        (told) => {
          const known: string[] = [];
          for (const { n, atSec, isFailed } of told) {
            const attempt = declined(n, atSec);
            if (isNewAttempt(known, isFailed, attempt)) known.push(attemptKey(attempt));
          }
          expect(known.toSorted()).toEqual([...new Set(told.map(({ n }) => `ch_${n}`))].toSorted());
        },
      ),
    );
  });
});
