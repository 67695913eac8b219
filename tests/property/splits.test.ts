import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { allocate, allocateEqually } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';
import { checkParts } from '@/domain/split';
import { type BillRow, planPayment } from '@/services/payments/plan';

/** Fixed shares: any bill of any orders, divided in any way, is allotted to its orders to the cent. */

const RUNS = inject('testSize') === 'full' ? 100_000 : 500;
const SEED = 20261123;

interface OrderAmounts {
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
}

const order = fc.record({
  subtotalMinor: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200_000 })),
  taxMinor: fc.nat(20_000),
  tipMinor: fc.oneof(fc.constant(0), fc.nat(5_000)),
});
const bill = fc.array(order, { minLength: 1, maxLength: 6 });
const people = fc.integer({ min: 2, max: 12 });

function rowsOf(orders: readonly OrderAmounts[]): BillRow[] {
  return orders.map((amounts, n) => ({
    ...amounts,
    orderId: `order-${n}`,
    adjustmentMinor: 0,
    cancelled: false,
    restaurantId: 'r',
    tableId: null,
    tableSessionId: 't',
    customerId: null,
    guestSessionId: null,
    orderNumber: String(n),
    currency: 'USD',
    restaurantName: 'R',
    maxPaymentMinor: null,
    capturedMinor: 0,
    heldMinor: 0,
    sessionClosed: false,
    coveredSubtotalMinor: 0,
    coveredTaxMinor: 0,
    coveredTipMinor: 0,
  }));
}

/** Opens the shares one after the other, as services/splits/create.ts does: what one holds, the next cannot have. */
function openAll(rows: BillRow[], partsMinor: readonly number[]) {
  const plans = [];
  for (const partMinor of partsMinor) {
    const plan = planPayment(rows, partMinor);
    plans.push(plan);
    for (const part of plan.allocations) {
      const row = rows.find((one) => one.orderId === part.orderId);
      if (!row) throw new Error('allotted to an order that is not there');
      row.heldMinor += part.subtotalMinor + part.taxMinor + part.tipMinor;
      row.coveredSubtotalMinor += part.subtotalMinor;
      row.coveredTaxMinor += part.taxMinor;
      row.coveredTipMinor += part.tipMinor;
    }
  }
  return plans;
}

const gross = (one: OrderAmounts) => one.subtotalMinor + one.taxMinor + one.tipMinor;

function expectExact(orders: readonly OrderAmounts[], partsMinor: readonly number[]): void {
  const dueMinor = sumMinor(orders.map(gross));
  checkParts(partsMinor, dueMinor);
  const rows = rowsOf(orders);
  const plans = openAll(rows, partsMinor);
  expect(plans.map((plan) => plan.billPartMinor)).toEqual(partsMinor);
  for (const plan of plans) {
    expect(plan.subtotalMinor).toBeGreaterThanOrEqual(1);
    expect(plan.subtotalMinor + plan.taxMinor + plan.billTipMinor).toBe(plan.billPartMinor);
  }
  expect(rows.map((row) => row.heldMinor)).toEqual(orders.map(gross));
  expect(plans.at(-1)?.remainingAfterMinor).toBe(0);
}

test(`reported bug “split cents lost”: in ${RUNS} random bills in equal shares the sum is exact, per order too, and shares differ by at most 1`, () => {
  fc.assert(
    fc.property(bill, people, (orders, n) => {
      const dueMinor = sumMinor(orders.map(gross));
      fc.pre(dueMinor >= n);
      const parts = allocateEqually(dueMinor, n);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      expectExact(orders, parts);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test(`${RUNS} random bills in random shares: the sum is exact, per order too`, () => {
  fc.assert(
    fc.property(
      bill,
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 12 }),
      (orders, weights) => {
        const dueMinor = sumMinor(orders.map(gross));
        fc.pre(dueMinor >= 2 * weights.length);
        // One unit each first, so that nobody's part is nothing.
        const parts = allocate(dueMinor - weights.length, weights).map((part) => part + 1);
        expectExact(orders, parts);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
});
