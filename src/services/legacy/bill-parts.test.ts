import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderView } from '@/services/orders/view';
import { billParts, countedMinor } from './bill-parts';

const minor = fc.integer({ min: 0, max: 100_000 });

test('the parts sum to the total, and none is negative or more than it was', () => {
  fc.assert(
    fc.property(
      minor,
      minor,
      minor,
      fc.integer({ min: -300_000, max: 0 }),
      (subtotal, tax, tip, adjustment) => {
        const totalMinor = Math.max(0, subtotal + tax + tip + adjustment);
        const parts = billParts({ subtotalMinor: subtotal, taxMinor: tax, tipMinor: tip, totalMinor });
        expect(parts.subtotalMinor + parts.taxMinor + parts.tipMinor).toBe(totalMinor);
        for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0);
        expect(parts.subtotalMinor).toBeLessThanOrEqual(subtotal);
      },
    ),
  );
});

test('an order that nothing was taken off keeps its parts', () => {
  const order = { subtotalMinor: 2500, taxMinor: 200, tipMinor: 330, totalMinor: 3030 };
  expect(billParts(order)).toEqual({ subtotalMinor: 2500, taxMinor: 200, tipMinor: 330 });
});

const payment = (allocatedMinor: number, more: object = {}): OrderView['payments'][number] => ({
  paymentId: 'p',
  method: 'CARD',
  cardFunding: null,
  status: 'COMPLETED',
  allocatedMinor,
  refundedMinor: 0,
  guestPublicId: null,
  paidAt: null,
  ...more,
});

test('completed payments count together at most the total; others stand as they are', () => {
  const payments = [
    payment(600),
    payment(900, { status: 'FAILED' }),
    payment(500, { status: 'PARTIALLY_REFUNDED', refundedMinor: 50 }),
    payment(100),
  ];
  expect([...countedMinor({ totalMinor: 1000, payments }).values()]).toEqual([600, 900, 400, 0]);
});

test('a refunded excess lets the other payment count in full', () => {
  const payments = [payment(1000, { refundedMinor: 1000 }), payment(1000)];
  expect([...countedMinor({ totalMinor: 1000, payments }).values()]).toEqual([0, 1000]);
});
