import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { type ShareOfOrder, shrinkShare } from '@/domain/payment/shrink-share';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const part = (subtotalMinor: number, taxMinor: number, tipMinor: number, orderId = 'o-1'): ShareOfOrder => ({
  orderId,
  subtotalMinor,
  taxMinor,
  tipMinor,
});
const total = (parts: readonly ShareOfOrder[]) =>
  sumMinor(parts.flatMap((one) => [one.subtotalMinor, one.taxMinor, one.tipMinor]));

test.each<[ShareOfOrder[], number, ShareOfOrder[]]>([
  [[part(900, 90, 10)], 500, [part(450, 45, 5)]],
  [[part(600, 0, 0), part(400, 0, 0, 'o-2')], 100, [part(60, 0, 0), part(40, 0, 0, 'o-2')]],
  [[part(1, 99, 0)], 10, [part(1, 9, 0)]],
  [[part(1, 0, 99)], 1, [part(1, 0, 0)]],
  [[part(0, 50, 0), part(2, 48, 0, 'o-2')], 3, [part(0, 1, 0), part(1, 1, 0, 'o-2')]],
  [[part(500, 50, 0)], 550, [part(500, 50, 0)]],
])('%j shrunk to %d is %j', (parts, to, expected) => {
  expect(shrinkShare(parts, to)).toEqual(expected);
});

test.each<[number, string]>([
  [0, 'AMOUNT_NOT_POSITIVE'],
  [-1, 'AMOUNT_NOT_POSITIVE'],
  [0.5, 'AMOUNT_INVALID'],
  [101, 'AMOUNT_ABOVE_AVAILABLE'],
])('to %d is refused: %s', (to, code) => {
  expect(codeOf(() => shrinkShare([part(90, 10, 0)], to))).toBe(code);
});

test.each([0, 101])('a refusal tells the log the amount asked for: %d', (toMinor) => {
  expect(detailsOf(() => shrinkShare([part(90, 10, 0)], toMinor))).toEqual({ toMinor });
});

describe('for any share of any orders', () => {
  const orders = fc.array(fc.tuple(fc.nat(5000), fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 5 });

  test('the sum is what was asked for, no cell grows, and some subtotal stays', () => {
    fc.assert(
      fc.property(orders, fc.double({ min: 0, max: 1, noNaN: true }), (cells, ratio) => {
        const parts = cells.map(([subtotal, tax, tip], n) => part(subtotal, tax, tip, `o-${n}`));
        fc.pre(parts.some((one) => one.subtotalMinor > 0));
        const to = Math.max(1, Math.floor(total(parts) * ratio));
        const shrunk = shrinkShare(parts, to);
        expect(total(shrunk)).toBe(to);
        expect(sumMinor(shrunk.map((one) => one.subtotalMinor))).toBeGreaterThanOrEqual(1);
        shrunk.forEach((one, n) => {
          const before = parts[n] ?? one;
          expect(one.orderId).toBe(before.orderId);
          for (const cell of ['subtotalMinor', 'taxMinor', 'tipMinor'] as const) {
            expect(one[cell]).toBeGreaterThanOrEqual(0);
            expect(one[cell]).toBeLessThanOrEqual(before[cell]);
          }
        });
      }),
      numRuns(5),
    );
  });
});
