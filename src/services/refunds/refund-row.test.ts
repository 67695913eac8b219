import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitRefund } from '@/domain/refund';
import type { PaymentRow } from '../payments/payment-row';
import { counting, orderAmountsOf, partsOf, type RefundRow } from './refund-row';

const minor = fc.integer({ min: 0, max: 5000 });
const orders = fc.array(fc.record({ subtotalMinor: minor, taxMinor: minor, tipMinor: minor }), {
  minLength: 1,
  maxLength: 4,
});
const steps = fc.array(fc.record({ share: fc.integer({ min: 1, max: 100 }), fails: fc.boolean() }), {
  maxLength: 8,
});
const KEYS = ['subtotalMinor', 'taxMinor', 'tipMinor'] as const;

/** As much of the row as is read here. */
function paymentOf(
  allocations: { subtotalMinor: number; taxMinor: number; tipMinor: number }[],
  ownTip: number,
) {
  const sum = (key: (typeof KEYS)[number]) => allocations.reduce((total, a) => total + a[key], 0);
  const parts = {
    amountMinor: sum('subtotalMinor'),
    taxMinor: sum('taxMinor'),
    tipMinor: sum('tipMinor') + ownTip,
  };
  return {
    ...parts,
    totalMinor: parts.amountMinor + parts.taxMinor + parts.tipMinor,
    allocations: allocations.map((a, i) => ({ ...a, orderId: `order-${i}` })),
  } as unknown as PaymentRow;
}

test('whatever is refunded, fails or not: each order gets back no more of a part than it holds, exact in sum', () => {
  fc.assert(
    fc.property(orders, minor, steps, (allocations, ownTip, plan) => {
      const payment = paymentOf(allocations, ownTip);
      const refunds: RefundRow[] = [];
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
        const row = { refundMinor, ...parts, orderAmounts, status: 'COMPLETED' };
        refunds.push({ ...row } as unknown as RefundRow);
        for (const a of payment.allocations)
          for (const key of KEYS) {
            const given = counting(refunds).reduce(
              (sum, r) => sum + (r.orderAmounts[a.orderId]?.[key] ?? 0),
              0,
            );
            expect(given).toBeLessThanOrEqual(a[key]);
          }
        const failed = refunds[fails ? 0 : -1];
        if (failed) failed.status = 'FAILED';
      }
    }),
  );
});
