import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLimits, splitBillPart } from '@/domain/payment/amounts';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const anyLeft = fc.record({ subtotalMinor: fc.nat(20_000), taxMinor: fc.nat(2000), tipMinor: fc.nat(2000) });

describe('a part of the bill', () => {
  test('the whole bill gives back its own parts', () => {
    expect(splitBillPart({ billPartMinor: 1080, subtotalMinor: 1000, taxMinor: 80 })).toEqual({
      subtotalMinor: 1000,
      taxMinor: 80,
      tipMinor: 0,
    });
  });

  test('a share takes subtotal, tax and order tip in proportion', () => {
    expect(splitBillPart({ billPartMinor: 590, subtotalMinor: 1000, taxMinor: 80, tipMinor: 100 })).toEqual({
      subtotalMinor: 500,
      taxMinor: 40,
      tipMinor: 50,
    });
  });

  test.each([
    [
      { billPartMinor: 1, subtotalMinor: 1, taxMinor: 99 },
      { subtotalMinor: 1, taxMinor: 0, tipMinor: 0 },
    ],
    [
      { billPartMinor: 2, subtotalMinor: 1, taxMinor: 1 },
      { subtotalMinor: 1, taxMinor: 1, tipMinor: 0 },
    ],
    [
      { billPartMinor: 5, subtotalMinor: 0, taxMinor: 99 },
      { subtotalMinor: 1, taxMinor: 4, tipMinor: 0 },
    ],
    [
      { billPartMinor: 5, subtotalMinor: 0, taxMinor: 0, tipMinor: 9 },
      { subtotalMinor: 1, taxMinor: 0, tipMinor: 4 },
    ],
    [
      { billPartMinor: 5, subtotalMinor: 0, taxMinor: 0 },
      { subtotalMinor: 5, taxMinor: 0, tipMinor: 0 },
    ],
  ])('the subtotal of a tiny share is at least one unit: %j', (bill, expected) => {
    expect(splitBillPart(bill)).toEqual(expected);
  });

  test('nothing and negative parts are refused', () => {
    expect(codeOf(() => splitBillPart({ billPartMinor: 0, subtotalMinor: 1, taxMinor: 0 }))).toBe(
      'AMOUNT_NOT_POSITIVE',
    );
    expect(codeOf(() => splitBillPart({ billPartMinor: -1, subtotalMinor: 1, taxMinor: 0 }))).toBe(
      'AMOUNT_INVALID',
    );
    expect(codeOf(() => splitBillPart({ billPartMinor: 1, subtotalMinor: 1, taxMinor: -1 }))).toBe(
      'AMOUNT_INVALID',
    );
  });

  test.each([
    [{ billPartMinor: -1 }, 'billPartMinor'],
    [{ subtotalMinor: -1 }, 'subtotalMinor'],
    [{ taxMinor: -1 }, 'taxMinor'],
    [{ tipMinor: -1 }, 'tipMinor'],
  ])('the negative one of %j is named', (change, name) => {
    const bill = { billPartMinor: 1, subtotalMinor: 1, taxMinor: 1, tipMinor: 1 };
    expect(detailsOf(() => splitBillPart({ ...bill, ...change }))).toEqual({ name, amountMinor: -1 });
  });

  test('payers one after another, each on what is left, take the bill apart to the cent', () => {
    const bill = { subtotalMinor: 1000, taxMinor: 83, tipMinor: 50 };
    const left = { ...bill };
    for (const billPartMinor of [378, 378, 377]) {
      const part = splitBillPart({ billPartMinor, ...left });
      left.subtotalMinor -= part.subtotalMinor;
      left.taxMinor -= part.taxMinor;
      left.tipMinor -= part.tipMinor;
    }
    expect(left).toEqual({ subtotalMinor: 0, taxMinor: 0, tipMinor: 0 });
  });

  test('any part sums exactly, has a subtotal of at least 1 and no negative part', () => {
    fc.assert(
      fc.property(anyLeft, fc.integer({ min: 1, max: 30_000 }), (left, billPartMinor) => {
        const part = splitBillPart({ billPartMinor, ...left });
        expect(part.subtotalMinor + part.taxMinor + part.tipMinor).toBe(billPartMinor);
        expect(part.subtotalMinor).toBeGreaterThanOrEqual(1);
        expect(Math.min(part.taxMinor, part.tipMinor)).toBeGreaterThanOrEqual(0);
      }),
      numRuns(),
    );
  });
});

describe('card limits', () => {
  const limits = { totalMinor: 500, minMinor: 50, maxMinor: 1000, remainingAfterMinor: 0 };
  const check = (change: Partial<typeof limits>) => () => checkLimits({ ...limits, ...change });

  test('a payment within the limits that leaves nothing or enough is accepted', () => {
    for (const change of [{}, { totalMinor: 50 }, { totalMinor: 1000 }, { remainingAfterMinor: 50 }])
      expect(codeOf(check(change))).toBe('no error');
  });

  test('a payment below the minimum or leaving less than it is refused, and says which', () => {
    for (const change of [{ totalMinor: 49 }, { remainingAfterMinor: 49 }, { remainingAfterMinor: 1 }])
      expect(codeOf(check(change))).toBe('AMOUNT_BELOW_MINIMUM');
    expect(detailsOf(check({ totalMinor: 49 }))).toEqual({
      ...limits,
      totalMinor: 49,
      reason: 'PAYMENT',
      offers: ['CASH', 'LARGER_SHARE', 'TIP'],
    });
    // A tip would not help the next payer.
    expect(detailsOf(check({ remainingAfterMinor: 49 }))).toEqual({
      ...limits,
      remainingAfterMinor: 49,
      reason: 'REMAINDER',
      offers: ['CASH', 'LARGER_SHARE'],
    });
  });

  test('a payment above the maximum is refused', () => {
    expect(codeOf(check({ totalMinor: 1001 }))).toBe('AMOUNT_ABOVE_MAXIMUM');
    expect(detailsOf(check({ totalMinor: 1001 }))).toEqual({ ...limits, totalMinor: 1001 });
  });
});
