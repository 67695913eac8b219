import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PayoutLine, payoutShares, undividedPayout } from '@/domain/payout-shares';
import { numRuns } from '@/domain/test-samples';

const line = (
  restaurantId: string | null,
  netMinor: number,
  kind: PayoutLine['kind'] = 'CHARGE',
): PayoutLine => ({
  kind,
  restaurantId,
  netMinor,
});

test('a payout divides by restaurant; fees of the account and what belongs to nobody have their own labels', () => {
  const lines = [
    line('a', 900),
    line('b', 500),
    line('a', -100, 'REFUND'),
    line(null, -200, 'FEE'),
    line(null, 50),
    line(null, 3, 'OTHER'),
  ];
  expect(payoutShares(1153, lines)).toEqual([
    { kind: 'RESTAURANT', restaurantId: 'a', amountMinor: 800 },
    { kind: 'RESTAURANT', restaurantId: 'b', amountMinor: 500 },
    { kind: 'ACCOUNT_FEES', restaurantId: null, amountMinor: -200 },
    { kind: 'UNASSIGNED', restaurantId: null, amountMinor: 53 },
  ]);
});

test('a payout cannot be tied to the transactions shown: the remainder is a share of its own', () => {
  expect(payoutShares(1000, [line('a', 990)])).toEqual([
    { kind: 'RESTAURANT', restaurantId: 'a', amountMinor: 990 },
    { kind: 'REMAINDER', restaurantId: null, amountMinor: 10 },
  ]);
});

test('a payout that failed is paid out again to the restaurants whose money it was', () => {
  const shares = payoutShares(1300, [line('a', 900), line('b', 400)]);
  expect(payoutShares(1350, [line(null, 1300, 'PAYOUT'), line('a', 50)], shares)).toEqual([
    { kind: 'RESTAURANT', restaurantId: 'a', amountMinor: 950 },
    { kind: 'RESTAURANT', restaurantId: 'b', amountMinor: 400 },
  ]);
  expect(payoutShares(1300, [line(null, 1300, 'PAYOUT')])).toEqual([
    { kind: 'RETURNED_PAYOUT', restaurantId: null, amountMinor: 1300 },
  ]);
});

test('a payout by hand is not itemised', () => {
  expect(undividedPayout(500)).toEqual([{ kind: 'NOT_ITEMISED', restaurantId: null, amountMinor: 500 }]);
});

test('whatever the lines, the shares sum to the payout, none is zero, and a restaurant is named once', () => {
  const minor = fc.integer({ min: -100_000, max: 100_000 });
  const anyLine = fc.record({
    kind: fc.constantFrom<PayoutLine['kind']>('CHARGE', 'REFUND', 'DISPUTE', 'PAYOUT', 'FEE', 'OTHER'),
    restaurantId: fc.constantFrom(null, 'a', 'b', 'c'),
    netMinor: minor,
  });
  fc.assert(
    fc.property(
      minor,
      fc.array(anyLine, { maxLength: 20 }),
      fc.array(anyLine, { maxLength: 5 }),
      (amount, lines, old) => {
        const shares = payoutShares(amount, lines, payoutShares(0, old));
        expect(shares.reduce((sum, share) => sum + share.amountMinor, 0)).toBe(amount);
        expect(shares.every((share) => share.amountMinor !== 0)).toBe(true);
        const names = shares.map((share) => share.restaurantId ?? share.kind);
        expect(new Set(names).size).toBe(names.length);
      },
    ),
    numRuns(),
  );
});
