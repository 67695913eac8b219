import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocateToOrders,
  amountDue,
  type BillOrder,
  orderExcess,
  orderGross,
  orderPaymentState,
  overCollected,
} from '@/domain/bill';
import { sumMinor } from '@/domain/money';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const order = (orderId: string, change: Partial<BillOrder> = {}): BillOrder => ({
  orderId,
  subtotalMinor: 1000,
  taxMinor: 80,
  tipMinor: 0,
  adjustmentMinor: 0,
  cancelled: false,
  ...change,
});
const anyOrders = fc.uniqueArray(
  fc.record({
    orderId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    subtotalMinor: fc.nat(5000),
    taxMinor: fc.nat(500),
    tipMinor: fc.nat(500),
    adjustmentMinor: fc.integer({ min: -6000, max: 500 }),
    cancelled: fc.boolean(),
  }),
  { selector: (each) => each.orderId },
);
const anyPerOrder = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(6000));

describe('what a bill comes to', () => {
  test('subtotal, tax, the order tip and the adjustment count; a cancelled order does not', () => {
    expect(orderGross(order('a', { tipMinor: 100, adjustmentMinor: -180 }))).toBe(1000);
    expect(orderGross(order('a', { adjustmentMinor: -9999 }))).toBe(0);
    expect(orderGross(order('a', { cancelled: true }))).toBe(0);
  });

  test('due is gross less captured, available is due less held', () => {
    const bill = amountDue({ orders: [order('a'), order('b')], captured: { a: 1080 }, held: { b: 80 } });
    expect(bill).toMatchObject({
      grossMinor: 2160,
      capturedMinor: 1080,
      heldMinor: 80,
      dueMinor: 1080,
      availableMinor: 1000,
    });
    expect(bill.orders.map((each) => each.availableMinor)).toEqual([0, 1000]);
  });

  test('a refund opens the bill again, unless an adjustment reduced it too', () => {
    expect(amountDue({ orders: [order('a')], captured: { a: 580 }, held: {} }).dueMinor).toBe(500);
    const reduced = order('a', { adjustmentMinor: -500 });
    expect(amountDue({ orders: [reduced], captured: { a: 580 }, held: {} }).dueMinor).toBe(0);
  });

  test('money above one order never pays another', () => {
    const shrunk = order('a', { subtotalMinor: 500, taxMinor: 0 });
    expect(amountDue({ orders: [shrunk, order('b')], captured: { a: 1080 }, held: {} }).dueMinor).toBe(1080);
  });

  test('a cancelled order leaves the bill with its money', () => {
    const bill = amountDue({
      orders: [order('a', { cancelled: true })],
      captured: { a: 500 },
      held: { a: 5 },
    });
    expect(bill).toMatchObject({ grossMinor: 0, capturedMinor: 0, heldMinor: 0, dueMinor: 0, orders: [] });
  });

  test('amounts come as a map too, and an order may have any id', () => {
    const orders = [order('constructor'), order('b')];
    expect(amountDue({ orders, captured: new Map([['b', 80]]), held: {} }).dueMinor).toBe(2080);
    expect(amountDue({ orders, captured: { b: 80 }, held: {} }).dueMinor).toBe(2080);
  });

  test('an empty bill is nothing', () => {
    expect(amountDue({ orders: [], captured: {}, held: {} }).dueMinor).toBe(0);
  });

  test.each([
    [{ captured: { a: -1 }, held: {} }, 'captured'],
    [{ captured: {}, held: { a: -1 } }, 'held'],
  ])('negative money %j is refused by name', (money, name) => {
    const refused = () => amountDue({ orders: [order('a')], ...money });
    expect(codeOf(refused)).toBe('AMOUNT_INVALID');
    expect(detailsOf(refused)).toEqual({ name, amountMinor: -1 });
  });

  test('for any bill 0 <= available <= due <= gross, and paying the available amount leaves none', () => {
    fc.assert(
      fc.property(anyOrders, anyPerOrder, anyPerOrder, (orders, captured, held) => {
        const bill = amountDue({ orders, captured, held });
        expect(bill.availableMinor).toBeGreaterThanOrEqual(0);
        expect(bill.availableMinor).toBeLessThanOrEqual(bill.dueMinor);
        expect(bill.dueMinor).toBeLessThanOrEqual(bill.grossMinor);

        const nowHeld = { ...held };
        for (const line of allocateToOrders(bill.availableMinor, bill.orders)) {
          nowHeld[line.orderId] = (nowHeld[line.orderId] ?? 0) + line.amountMinor;
        }
        expect(amountDue({ orders, captured, held: nowHeld }).availableMinor).toBe(0);
      }),
      numRuns(),
    );
  });
});

describe('payment state of an order', () => {
  test.each([
    [1000, 0, 0, 'UNPAID'],
    [1000, 400, 0, 'PARTIALLY_PAID'],
    [1000, 1000, 0, 'PAID'],
    [1000, 1001, 0, 'OVERPAID'],
    [1000, 1000, 300, 'PARTIALLY_PAID'],
    [700, 1000, 300, 'PAID'],
    [1000, 1000, 1000, 'REFUNDED'],
    [1000, 2000, 1000, 'PAID'],
    [0, 0, 0, 'PAID'],
    [0, 500, 0, 'OVERPAID'],
    [0, 500, 500, 'REFUNDED'],
  ])('gross %d, captured %d, refunded %d is %s', (grossMinor, capturedMinor, refundedMinor, state) => {
    expect(orderPaymentState({ grossMinor, capturedMinor, refundedMinor })).toBe(state);
  });
});

describe('spreading a payment over orders', () => {
  test('in proportion, cents by largest remainder, empty lines left out', () => {
    const available = [
      { orderId: 'a', availableMinor: 1000 },
      { orderId: 'b', availableMinor: 0 },
      { orderId: 'c', availableMinor: 500 },
    ];
    expect(allocateToOrders(100, available)).toEqual([
      { orderId: 'a', amountMinor: 67 },
      { orderId: 'c', amountMinor: 33 },
    ]);
  });

  test('more than is available is refused, nothing is nothing', () => {
    const available = [{ orderId: 'a', availableMinor: 99 }];
    expect(codeOf(() => allocateToOrders(100, available))).toBe('AMOUNT_ABOVE_AVAILABLE');
    expect(codeOf(() => allocateToOrders(-1, available))).toBe('AMOUNT_INVALID');
    expect(detailsOf(() => allocateToOrders(100, available))).toEqual({
      billPartMinor: 100,
      availableMinor: 99,
    });
    expect(detailsOf(() => allocateToOrders(-1, available))).toMatchObject({ name: 'billPartMinor' });
    expect(allocateToOrders(0, available)).toEqual([]);
    expect(allocateToOrders(0, [])).toEqual([]);
  });

  test('any part sums exactly and stays within each order; the whole gives each its all', () => {
    const anyAvailable = fc.array(fc.nat(9000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyAvailable, fc.nat(100), (amounts, percent) => {
        const available = amounts.map((availableMinor, index) => ({
          orderId: String(index),
          availableMinor,
        }));
        const part = Math.floor((sumMinor(amounts) * percent) / 100);
        const lines = allocateToOrders(part, available);
        expect(sumMinor(lines.map((line) => line.amountMinor))).toBe(part);
        for (const line of lines)
          expect(line.amountMinor).toBeLessThanOrEqual(amounts[Number(line.orderId)] ?? 0);

        const whole = allocateToOrders(sumMinor(amounts), available);
        expect(whole.map((line) => line.amountMinor)).toEqual(amounts.filter((amount) => amount > 0));
      }),
      numRuns(),
    );
  });
});

describe('over-collection', () => {
  test.each([
    [1000, 0, 1000, 0],
    [1000, 400, 600, 0],
    [1000, 400, 700, 100],
    [1000, 1000, 1000, 1000],
    [1000, 1500, 200, 200],
    [0, 0, 300, 300],
  ])(
    'bill %d, captured %d, then %d more: %d above',
    (grossMinor, capturedBeforeMinor, newlyCapturedMinor, above) => {
      expect(overCollected({ grossMinor, capturedBeforeMinor, newlyCapturedMinor })).toBe(above);
    },
  );

  test.each([
    [false, 1500, 500],
    [false, 1000, 0],
    [false, 900, 0],
    [true, 900, 900],
  ])(
    'of an order of 10.00 (cancelled: %s) that keeps %d, %d are too much',
    (cancelled, keptMinor, excess) => {
      const order = { orderId: 'o', subtotalMinor: 900, taxMinor: 50, tipMinor: 100, adjustmentMinor: -50 };
      expect(orderExcess({ ...order, cancelled }, keptMinor)).toBe(excess);
    },
  );
});
