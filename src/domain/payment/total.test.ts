import fc from 'fast-check';
import { expect, test } from 'vitest';
import { totalWithTip } from '@/domain/payment/total';

const money = fc.integer({ min: 0, max: 700_000_000 });

test('is subtotal, tax and tip: each minor unit of a part is one of the total', () => {
  fc.assert(
    fc.property(money, money, money, money, (amountMinor, taxMinor, tipMinor, moreMinor) => {
      const totalMinor = totalWithTip({ amountMinor, taxMinor }, tipMinor);
      expect(totalMinor - tipMinor - taxMinor).toBe(amountMinor);
      expect(totalWithTip({ amountMinor, taxMinor }, tipMinor + moreMinor)).toBe(totalMinor + moreMinor);
      expect(totalWithTip({ amountMinor, taxMinor: taxMinor + moreMinor }, tipMinor)).toBe(
        totalMinor + moreMinor,
      );
    }),
  );
});

test('a bill of 20.00 with 1.60 tax and a tip of 3.00 is 24.60', () => {
  expect(totalWithTip({ amountMinor: 2000, taxMinor: 160 }, 300)).toBe(2460);
});
