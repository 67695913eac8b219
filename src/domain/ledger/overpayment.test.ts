import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BillOrder } from '@/domain/bill';
import { numRuns } from '@/domain/test-samples';
import { type OrderChange, overpaymentDelta, overpaymentPostings } from './overpayment';
import { assertBalanced, type Posting, reverse } from './postings';

const ORDER: BillOrder = {
  orderId: 'o',
  subtotalMinor: 1000,
  taxMinor: 80,
  tipMinor: 200,
  adjustmentMinor: 0,
  cancelled: false,
};

/** A change of the order above after it received `keptMinor`. */
function changed(keptMinor: number, to: Partial<BillOrder>, from: Partial<BillOrder> = {}): OrderChange {
  const before = { ...ORDER, ...from };
  return { before, after: { ...before, ...to }, keptMinor };
}

const byAccount = (postings: readonly Posting[]) =>
  Object.fromEntries(postings.map(({ account, amountMinor }) => [account, amountMinor]));

describe('an order that changes after it was paid', () => {
  test('owes the guest what it shrinks by, in its proportion of sales and tax, and keeps its tip', () => {
    const half = changed(1280, { subtotalMinor: 500, taxMinor: 40 });
    expect(overpaymentDelta(half)).toBe(540);
    expect(byAccount(overpaymentPostings(half))).toEqual({
      SALES: 500,
      TAX_PAYABLE: 40,
      GUEST_CREDIT: -540,
    });
  });

  test('owes its tip, too, when it is cancelled', () => {
    expect(byAccount(overpaymentPostings(changed(1280, { cancelled: true })))).toEqual({
      SALES: 1000,
      TAX_PAYABLE: 80,
      TIPS_PAYABLE: 200,
      GUEST_CREDIT: -1280,
    });
  });

  test('owes no tip when it is cancelled before it was wholly paid', () => {
    expect(byAccount(overpaymentPostings(changed(540, { cancelled: true })))).toEqual({
      SALES: 500,
      TAX_PAYABLE: 40,
      GUEST_CREDIT: -540,
    });
    expect(byAccount(overpaymentPostings(changed(1279, { cancelled: true })))).not.toHaveProperty(
      'TIPS_PAYABLE',
    );
  });

  test('counts what refunds took off the bill: the rest of it is wholly paid', () => {
    const rest = changed(1080, { cancelled: true }, { adjustmentMinor: -200 });
    expect(byAccount(overpaymentPostings(rest))).toEqual({
      SALES: 815,
      TAX_PAYABLE: 65,
      TIPS_PAYABLE: 200,
      GUEST_CREDIT: -1080,
    });
  });

  test('takes the credit back when it grows again, and the tip when it is revived', () => {
    const grown = changed(1280, { subtotalMinor: 1000, taxMinor: 80 }, { subtotalMinor: 500, taxMinor: 40 });
    expect(byAccount(overpaymentPostings(grown))).toEqual({
      SALES: -500,
      TAX_PAYABLE: -40,
      GUEST_CREDIT: 540,
    });
    const revived = changed(1280, { cancelled: false }, { cancelled: true });
    expect(byAccount(overpaymentPostings(revived))).toEqual({
      SALES: -1000,
      TAX_PAYABLE: -80,
      TIPS_PAYABLE: -200,
      GUEST_CREDIT: 1280,
    });
  });

  test('posts nothing while the bill covers what it received', () => {
    expect(overpaymentDelta(changed(500, { subtotalMinor: 900 }))).toBe(0);
    expect(overpaymentPostings(changed(500, { subtotalMinor: 900 }))).toEqual([]);
    expect(overpaymentPostings(changed(0, { cancelled: true }))).toEqual([]);
  });

  test('of nothing but a tip owes the tip, and sales where neither sales nor tax are known', () => {
    const free = { subtotalMinor: 0, taxMinor: 0 };
    expect(byAccount(overpaymentPostings(changed(207, { cancelled: true }, free)))).toEqual({
      TIPS_PAYABLE: 200,
      GUEST_CREDIT: -200,
    });
    const noTip = { ...free, tipMinor: 0, adjustmentMinor: 7 };
    expect(byAccount(overpaymentPostings(changed(7, { cancelled: true }, noTip)))).toEqual({
      SALES: 7,
      GUEST_CREDIT: -7,
    });
  });
});

const amount = fc.nat(100_000);
const anyOrder: fc.Arbitrary<BillOrder> = fc.record({
  orderId: fc.constant('o'),
  subtotalMinor: amount,
  taxMinor: amount,
  tipMinor: amount,
  adjustmentMinor: fc.integer({ min: -100_000, max: 0 }),
  cancelled: fc.boolean(),
});
const anyChange = fc
  .record({
    before: anyOrder,
    subtotalMinor: amount,
    taxMinor: amount,
    cancelled: fc.boolean(),
    keptMinor: fc.nat(400_000),
  })
  .map(({ before, keptMinor, ...to }): OrderChange => ({ before, after: { ...before, ...to }, keptMinor }));

test('whatever changes, the postings sum to zero, name an account once, and credit the guest with exactly the change', () => {
  fc.assert(
    fc.property(anyChange, (change) => {
      const postings = overpaymentPostings(change);
      assertBalanced(postings);
      expect(postings.every((posting) => posting.amountMinor !== 0)).toBe(true);
      expect(new Set(postings.map((posting) => posting.account)).size).toBe(postings.length);
      const { GUEST_CREDIT = 0, TIPS_PAYABLE = 0 } = byAccount(postings);
      expect(GUEST_CREDIT + overpaymentDelta(change)).toBe(0);
      expect(Math.abs(TIPS_PAYABLE)).toBeLessThanOrEqual(change.before.tipMinor);
    }),
    numRuns(),
  );
});

test('a revived order takes back exactly what it owed when it was cancelled', () => {
  fc.assert(
    fc.property(anyOrder, fc.nat(400_000), (order, keptMinor) => {
      const [open, cancelled] = [
        { ...order, cancelled: false },
        { ...order, cancelled: true },
      ];
      expect(overpaymentPostings({ before: cancelled, after: open, keptMinor })).toEqual(
        reverse(overpaymentPostings({ before: open, after: cancelled, keptMinor })),
      );
    }),
    numRuns(),
  );
});
