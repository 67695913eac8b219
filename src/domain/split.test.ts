import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateEqually } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';
import { PAYMENT_STATUSES, type PaymentStatus } from '@/domain/payment/status';
import {
  checkParts,
  hasPaid,
  MAX_SHARES,
  SPLIT_STATES,
  splitProgress,
  splitStateAfter,
  takeDifference,
} from '@/domain/split';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

describe('the parts of a fixed group', () => {
  test.each([[[1500, 1000]], [[1, 2499]], [[834, 833, 833]], [Array<number>(MAX_SHARES).fill(50)]])(
    '%j of 2500 are accepted',
    (parts) => {
      expect(codeOf(() => checkParts(parts, 2500))).toBe('no error');
    },
  );

  test.each<[number[], string]>([
    [[3000, -500], 'AMOUNT_NOT_POSITIVE'],
    [[2500, 0], 'AMOUNT_NOT_POSITIVE'],
    [[1250.5, 1249.5], 'AMOUNT_INVALID'],
    [[Number.NaN, 2500], 'AMOUNT_INVALID'],
    [[1500, 999], 'AMOUNT_MISMATCH'],
    [[1500, 1001], 'AMOUNT_MISMATCH'],
    [[2500], 'SPLIT_SIZE'],
    [[], 'SPLIT_SIZE'],
    [Array<number>(MAX_SHARES + 1).fill(1), 'SPLIT_SIZE'],
  ])('%j of 2500 are refused: %s', (parts, code) => {
    expect(codeOf(() => checkParts(parts, 2500))).toBe(code);
  });

  test('a mismatch names both sums, other refusals what is wrong', () => {
    expect(detailsOf(() => checkParts([1, 2], 4))).toEqual({ sentMinor: 3, dueMinor: 4 });
    expect(detailsOf(() => checkParts([4], 4))).toEqual({ shares: 1 });
    expect(detailsOf(() => checkParts([4, 0], 4))).toEqual({ partMinor: 0 });
  });

  test('equal parts of any bill pass and differ by at most one unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 1e9 }), fc.integer({ min: 2, max: MAX_SHARES }), (due, n) => {
        const parts = allocateEqually(due, n);
        checkParts(parts, due);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
      numRuns(),
    );
  });
});

const share = (status: PaymentStatus, amountMinor = 500, refundedMinor = 0) => ({
  status,
  amountMinor,
  refundedMinor,
});

describe('progress', () => {
  test('counts what is here, net of what went back', () => {
    expect(
      splitProgress(2000, [
        share('COMPLETED'),
        share('PARTIALLY_REFUNDED', 500, 100),
        share('REFUNDED', 500, 500),
        share('PENDING'),
      ]),
    ).toEqual({ shareCount: 4, paidCount: 2, paidMinor: 900, remainingMinor: 1100, percent: 45 });
  });

  test('is 100 percent only when everything is here', () => {
    expect(splitProgress(1000, [share('COMPLETED', 999), share('PENDING', 1)]).percent).toBe(99);
    expect(splitProgress(1000, [share('COMPLETED', 999), share('COMPLETED', 1)]).percent).toBe(100);
  });

  test('never leaves less than nothing, nor more than 100 percent', () => {
    expect(splitProgress(1000, [share('COMPLETED', 1200)])).toMatchObject({
      remainingMinor: 0,
      percent: 100,
      paidMinor: 1200,
    });
  });

  test('more went back than was paid is a mistake of the books', () => {
    const impossible = () => splitProgress(1000, [share('PARTIALLY_REFUNDED', 10, 11)]);
    expect(codeOf(impossible)).toBe('AMOUNT_INVALID');
    expect(detailsOf(impossible)).toEqual({ name: 'kept', amountMinor: -1 });
  });

  test.each<[PaymentStatus, boolean]>([
    ['PENDING', false],
    ['PROCESSING', false],
    ['FAILED', false],
    ['CANCELLED', false],
    ['COMPLETED', true],
    ['PARTIALLY_REFUNDED', true],
    ['REFUNDED', false],
  ])('of a %s payment a share is paid: %s', (status, paid) => {
    expect(hasPaid({ status })).toBe(paid);
  });
});

describe('the state of a group', () => {
  test.each<[PaymentStatus[], string]>([
    [['PENDING', 'COMPLETED'], 'OPEN'],
    [['PROCESSING', 'CANCELLED'], 'OPEN'],
    [['FAILED', 'COMPLETED'], 'OPEN'],
    [['COMPLETED', 'COMPLETED'], 'COMPLETED'],
    [['COMPLETED', 'REFUNDED'], 'COMPLETED'],
    [['CANCELLED', 'COMPLETED'], 'INCOMPLETE'],
    [['CANCELLED', 'CANCELLED'], 'INCOMPLETE'],
  ])('with shares %j is %s', (statuses, state) => {
    for (const before of ['OPEN', 'INCOMPLETE', 'COMPLETED'] as const) {
      expect(
        splitStateAfter(
          before,
          statuses.map((status) => share(status, 1000)),
          statuses.length * 1000,
        ),
      ).toBe(state);
    }
  });

  test('paid shares that are less than the whole do not complete it', () => {
    const shares = [share('COMPLETED', 1000), share('REFUNDED', 1000), share('COMPLETED', 800)];
    expect(splitStateAfter('OPEN', shares, 2801)).toBe('INCOMPLETE');
    expect(splitStateAfter('OPEN', shares, 2800)).toBe('COMPLETED');
    expect(splitStateAfter('INCOMPLETE', shares, 2799)).toBe('COMPLETED');
  });

  test('CANCELLING stays, whatever the shares do', () => {
    for (const status of PAYMENT_STATUSES)
      expect(splitStateAfter('CANCELLING', [share(status)], 1000)).toBe('CANCELLING');
  });

  test('CANCELLED stays, unless money comes late: then it goes back', () => {
    expect(splitStateAfter('CANCELLED', [share('CANCELLED'), share('REFUNDED')], 2000)).toBe('CANCELLED');
    expect(splitStateAfter('CANCELLED', [share('CANCELLED'), share('COMPLETED')], 2000)).toBe('CANCELLING');
  });

  test('every state with any shares has an answer among the states', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SPLIT_STATES),
        fc.array(fc.constantFrom(...PAYMENT_STATUSES), { minLength: 1, maxLength: 6 }),
        (state, statuses) => {
          expect(SPLIT_STATES).toContain(
            splitStateAfter(
              state,
              statuses.map((status) => share(status)),
              1000,
            ),
          );
        },
      ),
      numRuns(),
    );
  });
});

describe('the difference of a changed share', () => {
  test.each<[number, number[], number[]]>([
    [100, [500, 500], [450, 450]],
    [101, [500, 500], [449, 450]],
    [-100, [500, 500], [550, 550]],
    [-90, [600, 300], [660, 330]],
    [4, [5], [1]],
    [0, [5, 6], [5, 6]],
  ])('of %d is taken by %j, which become %j', (change, shares, next) => {
    expect(takeDifference(change, shares)).toEqual(next);
  });

  test.each<[number, number[], string]>([
    [5, [5], 'SPLIT_CONFLICT'],
    [9, [5, 5], 'SPLIT_CONFLICT'],
    [1, [], 'ALLOCATION_INVALID'],
  ])('of %d cannot be taken by %j: %s', (change, shares, code) => {
    expect(codeOf(() => takeDifference(change, shares))).toBe(code);
  });

  test('that cannot be taken is told with what could be', () => {
    expect(detailsOf(() => takeDifference(9, [5, 5]))).toEqual({ changeMinor: 9, availableMinor: 8 });
  });

  test('in whole steps where cards pay nothing else, if it is in whole steps itself', () => {
    expect(takeDifference(100, [1000, 1000, 1000], 10)).toEqual([960, 970, 970]);
    expect(takeDifference(-100, [1000, 1000, 1000], 10)).toEqual([1040, 1030, 1030]);
    expect(takeDifference(101, [1000, 1000], 10)).toEqual([949, 950]);
  });

  test('keeps the sum of all shares', () => {
    const shares = fc.array(fc.integer({ min: 2, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(shares, fc.integer({ min: -1_000_000, max: 1_000_000 }), (before, change) => {
        fc.pre(change <= sumMinor(before) / 2 - before.length);
        expect(sumMinor(takeDifference(change, before)) + change).toBe(sumMinor(before));
      }),
      numRuns(),
    );
  });
});
