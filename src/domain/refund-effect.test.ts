import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderGross } from '@/domain/bill';
import { type RefundedOrder, refundEffect, refundUndone } from '@/domain/refund-effect';
import { numRuns } from '@/domain/test-samples';

const NOTHING = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };
const bill = {
  orderId: 'o',
  subtotalMinor: 2500,
  taxMinor: 200,
  tipMinor: 300,
  adjustmentMinor: 0,
  cancelled: false,
};
const half = { subtotalMinor: 1250, taxMinor: 100, tipMinor: 150 };

describe('what a refund does to a bill', () => {
  test('the refunded part becomes due again, unless the bill is reduced', () => {
    const order = { order: bill, keptMinor: 3000, back: half };
    expect(refundEffect(order, false)).toEqual({ creditMinor: 0, adjustment: NOTHING, adjustmentMinor: 0 });
    expect(refundEffect(order, true)).toEqual({
      creditMinor: 0,
      adjustment: { subtotalMinor: -1250, taxMinor: -100, tipMinor: -150 },
      adjustmentMinor: -1500,
    });
  });

  test('over-collected money goes back first, and takes nothing off the bill', () => {
    const order = { order: bill, keptMinor: 4000, back: half };
    expect(refundEffect(order, false).creditMinor).toBe(1000);
    expect(refundEffect(order, true)).toMatchObject({ creditMinor: 1000, adjustmentMinor: -500 });
  });

  test('a cancelled order owes everything to the guest: all of it is credit', () => {
    const order = { order: { ...bill, cancelled: true }, keptMinor: 3000, back: half };
    expect(refundEffect(order, true)).toEqual({ creditMinor: 1500, adjustment: NOTHING, adjustmentMinor: 0 });
  });

  test('what was due before the refund is no matter of the refund', () => {
    const order = { order: bill, keptMinor: 2000, back: half };
    expect(refundEffect(order, true).adjustmentMinor).toBe(-1500);
  });

  test('a refund that fails later gives the bill back what it took', () => {
    const order = { order: { ...bill, adjustmentMinor: -1500 }, keptMinor: 1500, back: half };
    const taken = { subtotalMinor: -1250, taxMinor: -100, tipMinor: -150 };
    expect(refundUndone(order, taken)).toEqual({ creditMinor: 0, adjustment: half, adjustmentMinor: 0 });
  });

  test('a refund that fails after its bill was paid anew leaves credit', () => {
    expect(refundUndone({ order: bill, keptMinor: 3000, back: half }, NOTHING).creditMinor).toBe(1500);
  });
});

describe('whatever the bill and the refund', () => {
  const minor = fc.integer({ min: 0, max: 100_000 });
  const parts = fc.record({ subtotalMinor: minor, taxMinor: minor, tipMinor: minor });
  const orders = fc
    .record({ order: parts, back: parts, kept: minor, cancelled: fc.boolean(), off: minor })
    .map(({ order, back, kept, cancelled, off }): RefundedOrder => {
      const backMinor = back.subtotalMinor + back.taxMinor + back.tipMinor;
      return {
        order: { ...order, orderId: 'o', adjustmentMinor: 0 - off, cancelled },
        back,
        keptMinor: backMinor + kept,
      };
    });
  const sum = (p: typeof NOTHING) => p.subtotalMinor + p.taxMinor + p.tipMinor;
  const excess = (order: RefundedOrder['order'], keptMinor: number) =>
    Math.max(0, keptMinor - orderGross(order));
  const due = (order: RefundedOrder['order'], keptMinor: number) =>
    Math.max(0, orderGross(order) - keptMinor);

  test('credit is what the excess shrank by; a reduced bill never owes more than before', () => {
    fc.assert(
      fc.property(orders, fc.boolean(), ({ order, keptMinor, back }, reduces) => {
        const effect = refundEffect({ order, keptMinor, back }, reduces);
        const after = { ...order, adjustmentMinor: effect.adjustmentMinor };
        const keptAfter = keptMinor - sum(back);
        expect(effect.creditMinor).toBe(excess(order, keptMinor) - excess(after, keptAfter));
        expect(effect.creditMinor).toBeLessThanOrEqual(sum(back));
        if (reduces) expect(due(after, keptAfter)).toBe(due(order, keptMinor));
        for (const key of ['subtotalMinor', 'taxMinor', 'tipMinor'] as const) {
          expect(-effect.adjustment[key]).toBeGreaterThanOrEqual(0);
          expect(-effect.adjustment[key]).toBeLessThanOrEqual(back[key]);
        }
      }),
      numRuns(5),
    );
  });

  test('a failure right after it undoes it wholly: bill, credit and all', () => {
    fc.assert(
      fc.property(orders, fc.boolean(), ({ order, keptMinor, back }, reduces) => {
        const effect = refundEffect({ order, keptMinor, back }, reduces);
        const after = { ...order, adjustmentMinor: effect.adjustmentMinor };
        const undone = refundUndone(
          { order: after, keptMinor: keptMinor - sum(back), back },
          effect.adjustment,
        );
        expect(undone.adjustmentMinor).toBe(order.adjustmentMinor);
        expect(undone.creditMinor).toBe(effect.creditMinor);
      }),
      numRuns(5),
    );
  });
});
