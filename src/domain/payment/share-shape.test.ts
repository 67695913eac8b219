import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { amountsOf, shapeOf, shapeOfRow, shapeTotal } from '@/domain/payment/share-shape';
import { numRuns } from '@/domain/test-samples';

const parts = [
  { orderId: 'a', subtotalMinor: 900, taxMinor: 90, tipMinor: 10 },
  { orderId: 'b', subtotalMinor: 100, taxMinor: 0, tipMinor: 5 },
];

test('a shape has the sums of its parts, and the payer\u2019s own tip in the tip', () => {
  const shape = shapeOf(parts, 50);
  expect(shape).toEqual({ amountMinor: 1000, taxMinor: 90, tipMinor: 65, allocations: parts });
  expect(shapeTotal(shape)).toBe(1155);
  expect(amountsOf(shape)).toEqual({ amountMinor: 1000, taxMinor: 90, tipMinor: 65 });
});

test('the shape of a row has nothing else of it', () => {
  const row = {
    ...shapeOf(parts, 50),
    id: 'p',
    allocations: parts.map((one) => ({ ...one, capturedMinor: 7 })),
  };
  expect(shapeOfRow(row)).toEqual(shapeOf(parts, 50));
});

test('of any parts and tip: the total is exactly their sum', () => {
  const cells = fc.array(fc.tuple(fc.nat(5000), fc.nat(500), fc.nat(500)), { maxLength: 6 });
  fc.assert(
    fc.property(cells, fc.nat(2000), (amounts, ownTipMinor) => {
      const allocations = amounts.map(([subtotalMinor, taxMinor, tipMinor], n) => ({
        orderId: `o-${n}`,
        subtotalMinor,
        taxMinor,
        tipMinor,
      }));
      const shape = shapeOf(allocations, ownTipMinor);
      expect(shapeTotal(shape)).toBe(sumMinor(amounts.flat()) + ownTipMinor);
      expect(shapeOfRow(shape)).toEqual(shape);
    }),
    numRuns(),
  );
});
