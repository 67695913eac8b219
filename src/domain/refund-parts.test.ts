import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { splitRefund } from '@/domain/refund';
import { counting, orderAmountsOf, partsOf, type RefundParts } from '@/domain/refund-parts';
import { numRuns } from '@/domain/test-samples';

const minor = fc.integer({ min: 0, max: 5000 });
const orders = fc.array(fc.record({ subtotalMinor: minor, taxMinor: minor, tipMinor: minor }), {
  minLength: 1,
  maxLength: 4,
});
const steps = fc.array(fc.record({ share: fc.integer({ min: 1, max: 100 }), fails: fc.boolean() }), {
  maxLength: 8,
});
const KEYS = ['subtotalMinor', 'taxMinor', 'tipMinor'] as const;

/** A payment of these parts of orders, with the payer's own tip. */
function paymentOf(
  allocations: { subtotalMinor: number; taxMinor: number; tipMinor: number }[],
  ownTip: number,
) {
  const sum = (key: (typeof KEYS)[number]) => sumMinor(allocations.map((a) => a[key]));
  const amountMinor = sum('subtotalMinor');
  const taxMinor = sum('taxMinor');
  const tipMinor = sum('tipMinor') + ownTip;
  return {
    amountMinor,
    taxMinor,
    tipMinor,
    totalMinor: amountMinor + taxMinor + tipMinor,
    allocations: allocations.map((a, i) => ({ ...a, orderId: `order-${i}` })),
  };
}

test('the payer\u2019s own tip goes back before the tips of the orders', () => {
  const payment = paymentOf([{ subtotalMinor: 100, taxMinor: 0, tipMinor: 30 }], 20);
  const back = (tipMinor: number, earlier: RefundParts[]) =>
    orderAmountsOf(payment, earlier, { subtotalMinor: 0, taxMinor: 0, tipMinor })['order-0']?.tipMinor;
  expect([back(15, []), back(20, []), back(50, [])]).toEqual([0, 0, 30]);
  const none = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };
  const earlier = { refundMinor: 15, taxMinor: 0, tipMinor: 15, orderAmounts: { 'order-0': none } };
  expect([back(5, [earlier]), back(10, [earlier]), back(35, [earlier])]).toEqual([0, 5, 30]);
});

test('a failed refund does not count, one under way does', () => {
  const refunds = ['FAILED', 'PROCESSING', 'COMPLETED'].map((status) => ({ status }));
  expect(counting(refunds)).toEqual(refunds.slice(1));
});

test('the parts of several refunds are summed', () => {
  const one = { refundMinor: 100, taxMinor: 8, tipMinor: 12 };
  expect(partsOf([one, one])).toEqual({ subtotalMinor: 160, taxMinor: 16, tipMinor: 24 });
});

test('whatever is refunded, fails or not: each order gets back no more of a part than it holds, exact in sum', () => {
  fc.assert(
    fc.property(orders, minor, steps, (allocations, ownTip, plan) => {
      const payment = paymentOf(allocations, ownTip);
      const refunds: (RefundParts & { status: string })[] = [];
      for (const { share, fails } of plan) {
        const earlier = counting(refunds);
        const done = partsOf(earlier);
        const leftMinor = payment.totalMinor - done.subtotalMinor - done.taxMinor - done.tipMinor;
        const refundMinor = Math.ceil((leftMinor * share) / 100);
        if (refundMinor === 0) break;
        const { amountMinor: subtotalMinor, taxMinor, tipMinor } = payment;
        const parts = splitRefund({
          refundMinor,
          parts: { subtotalMinor, taxMinor, tipMinor },
          alreadyRefunded: done,
        });
        const orderAmounts = orderAmountsOf(payment, earlier, parts);
        const back = (key: (typeof KEYS)[number]) =>
          Object.values(orderAmounts).reduce((sum, part) => sum + part[key], 0);
        expect([back('subtotalMinor'), back('taxMinor')]).toEqual([parts.subtotalMinor, parts.taxMinor]);
        expect(back('tipMinor')).toBeLessThanOrEqual(parts.tipMinor);
        for (const part of Object.values(orderAmounts))
          for (const key of KEYS) expect(part[key]).toBeGreaterThanOrEqual(0);
        refunds.push({ refundMinor, ...parts, orderAmounts, status: 'COMPLETED' });
        for (const a of payment.allocations)
          for (const key of KEYS) {
            const given = counting(refunds).reduce(
              (sum, r) => sum + (r.orderAmounts[a.orderId]?.[key] ?? 0),
              0,
            );
            expect(given).toBeLessThanOrEqual(a[key]);
          }
        const failed = refunds.at(fails ? 0 : refunds.length);
        if (failed) failed.status = 'FAILED';
      }
    }),
    numRuns(),
  );
});
