import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, allocateEqually, allocateExactly } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyTotal = fc.maxSafeInteger();
const anyWeights = fc.array(fc.oneof(fc.constant(0), fc.nat(100), safe), { minLength: 1, maxLength: 12 });

describe('examples', () => {
  test.each<[number, number[], number[]]>([
    [1000, [1, 1, 1], [334, 333, 333]],
    [100, [60, 40], [60, 40]],
    [10, [3, 3, 1], [4, 4, 2]],
    [1, [1, 1], [1, 0]],
    [5, [0, 1, 0], [0, 5, 0]],
    [5, [0, 0], [3, 2]],
    [-1000, [1, 1, 1], [-334, -333, -333]],
    [0, [1, 2], [0, 0]],
    [0, [], []],
  ])('%d by %j is %j', (total, weights, shares) => {
    expect(allocate(total, weights)).toEqual(shares);
  });

  test('equal shares give the leftover cents to the first ones', () => {
    expect(allocateEqually(1001, 3)).toEqual([334, 334, 333]);
  });
});

describe('weights beyond the safe integers', () => {
  const huge = 2n ** 80n;

  test('are as exact as others: in proportion, equal where all are nothing', () => {
    expect(allocateExactly(1000, [huge, huge, huge])).toEqual([334, 333, 333]);
    expect(allocateExactly(100, [3n * huge, huge])).toEqual([75, 25]);
    expect(allocateExactly(5, [0n, 0n])).toEqual([3, 2]);
    expect(allocateExactly(5, [0n, 7n])).toEqual([0, 5]);
    expect(allocateExactly(0, [1n])).toEqual([0]);
  });

  test('give what safe ones give', () => {
    fc.assert(
      fc.property(safe, anyWeights, (total, weights) => {
        expect(allocateExactly(total, weights.map(BigInt))).toEqual(allocate(total, weights));
      }),
      numRuns(),
    );
  });
});

describe('refusals', () => {
  test.each([[[-1, 2]], [[0.5]], [[Number.NaN]], [[2 ** 53]], [[]]])('weights %j are refused', (weights) => {
    expect(codeOf(() => allocate(10, weights))).toBe('ALLOCATION_INVALID');
  });

  test.each([0, -1, 1.5, Number.NaN])('%d equal shares are refused', (n) => {
    expect(codeOf(() => allocateEqually(10, n))).toBe('ALLOCATION_INVALID');
  });

  test('a fractional total is refused', () => {
    expect(codeOf(() => allocate(0.5, [1]))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => allocateExactly(0.5, [1n]))).toBe('AMOUNT_INVALID');
  });

  test('below zero, of nobody and by a negative weight nothing is shared exactly', () => {
    for (const act of [
      () => allocateExactly(-1, [1n]),
      () => allocateExactly(0, []),
      () => allocateExactly(5, []),
      () => allocateExactly(5, [2n, -1n]),
    ])
      expect(codeOf(act)).toBe('ALLOCATION_INVALID');
  });

  test('tell the log what nobody could take', () => {
    expect(detailsOf(() => allocate(10, []))).toEqual({ totalMinor: 10 });
    expect(detailsOf(() => allocateEqually(10, 0))).toEqual({ n: 0 });
  });
});

describe('for any total and weights', () => {
  test('the shares sum exactly to the total', () => {
    fc.assert(
      fc.property(anyTotal, anyWeights, (total, weights) => {
        const sum = allocate(total, weights).reduce((all, share) => all + BigInt(share), 0n);
        expect(sum).toBe(BigInt(total));
      }),
      numRuns(5),
    );
  });

  test('each share is within one unit of its exact proportion, and a zero weight gets nothing', () => {
    fc.assert(
      fc.property(safe, anyWeights, (total, weights) => {
        const weightSum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
        fc.pre(weightSum > 0n);
        allocate(total, weights).forEach((share, index) => {
          const exact = BigInt(total) * BigInt(weights[index] ?? 0);
          const error = BigInt(share) * weightSum - exact;
          expect(error > -weightSum && error < weightSum).toBe(true);
          if (weights[index] === 0) expect(share).toBe(0);
        });
      }),
      numRuns(),
    );
  });

  test('a negative total mirrors the positive one', () => {
    fc.assert(
      fc.property(safe, anyWeights, (total, weights) => {
        expect(allocate(-total, weights)).toEqual(allocate(total, weights).map((share) => 0 - share));
      }),
      numRuns(),
    );
  });

  test('no share exceeds its weight while the total fits in the weights', () => {
    const small = fc.array(fc.nat(5000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(small, fc.nat(100), (weights, percent) => {
        const total = Math.floor((sumMinor(weights) * percent) / 100);
        allocate(total, weights).forEach((share, index) => {
          if (total > 0) expect(share).toBeLessThanOrEqual(weights[index] ?? 0);
        });
      }),
      numRuns(),
    );
  });

  test('equal shares differ by at most one unit and never grow along the list', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 50 }), (total, n) => {
        const shares = allocateEqually(total, n);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        expect(shares).toEqual([...shares].sort((a, b) => b - a));
        expect(sumMinor(shares)).toBe(total);
      }),
      numRuns(),
    );
  });
});
