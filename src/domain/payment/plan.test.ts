import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { dueOf, type OrderToPay, planBillPart } from '@/domain/payment/plan';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

function order(orderId: string, subtotalMinor: number, taxMinor = 0, tipMinor = 0): OrderToPay {
  return {
    orderId,
    currency: 'USD',
    subtotalMinor,
    taxMinor,
    tipMinor,
    adjustmentMinor: 0,
    cancelled: false,
    capturedMinor: 0,
    heldMinor: 0,
    coveredSubtotalMinor: 0,
    coveredTaxMinor: 0,
    coveredTipMinor: 0,
  };
}

describe('the plan of one payment', () => {
  test('the whole amount due, part by part', () => {
    expect(planBillPart([order('a', 1000, 80, 20), order('__proto__', 500)], null)).toEqual({
      billPartMinor: 1600,
      remainingAfterMinor: 0,
      subtotalMinor: 1500,
      taxMinor: 80,
      billTipMinor: 20,
      allocations: [
        { orderId: 'a', subtotalMinor: 1000, taxMinor: 80, tipMinor: 20 },
        { orderId: '__proto__', subtotalMinor: 500, taxMinor: 0, tipMinor: 0 },
      ],
    });
  });

  test('takes what others do not cover of each part', () => {
    const covered = { capturedMinor: 540, heldMinor: 110, coveredSubtotalMinor: 600, coveredTaxMinor: 40 };
    const half = { ...order('a', 1000, 80, 20), ...covered, coveredTipMinor: 10 };
    const plan = planBillPart([half], 450);
    expect(plan.allocations).toEqual([{ orderId: 'a', subtotalMinor: 400, taxMinor: 40, tipMinor: 10 }]);
  });

  test('a part that is covered beyond its amount counts as none, and so does a negative captured sum', () => {
    const over = { coveredSubtotalMinor: 0, coveredTaxMinor: 90, coveredTipMinor: 30, capturedMinor: -5 };
    const plan = planBillPart([{ ...order('a', 1000, 80, 20), ...over }], 1000);
    expect(plan).toMatchObject({
      subtotalMinor: 1000,
      taxMinor: 0,
      billTipMinor: 0,
      remainingAfterMinor: 100,
    });
    const noSubtotal = { ...order('b', 100, 50, 50), coveredSubtotalMinor: 120 };
    expect(planBillPart([noSubtotal], 100)).toMatchObject({
      subtotalMinor: 1,
      taxMinor: 49,
      billTipMinor: 50,
    });
  });

  test.each<[Partial<OrderToPay>, number | null, string]>([
    [{ capturedMinor: 1000 }, null, 'NOTHING_DUE'],
    [{ capturedMinor: 1001 }, 1, 'NOTHING_DUE'],
    [{ cancelled: true }, null, 'NOTHING_DUE'],
    [{ heldMinor: 1 }, null, 'BALANCE_HELD'],
    [{ heldMinor: 1000 }, 1, 'BALANCE_HELD'],
    [{ heldMinor: 400 }, 601, 'AMOUNT_ABOVE_AVAILABLE'],
    [{ heldMinor: 400 }, 600, 'no error'],
  ])('an order of 1000 with %j and a share of %j: %s', (change, shareMinor, code) => {
    expect(codeOf(() => planBillPart([{ ...order('a', 1000), ...change }], shareMinor))).toBe(code);
  });

  test.each([601, null])('what is refused tells what is due and what is free: %j', (shareMinor) => {
    const held = { ...order('a', 1000), heldMinor: 400 };
    expect(detailsOf(() => planBillPart([held], shareMinor))).toEqual({
      dueMinor: 1000,
      availableMinor: 600,
    });
  });
});

test('what is due does not ask who holds it', () => {
  expect(dueOf([{ ...order('a', 1000), capturedMinor: 300, heldMinor: 700 }]).dueMinor).toBe(700);
  expect(dueOf([{ ...order('a', 1000), capturedMinor: -300 }]).dueMinor).toBe(1000);
});

test('orders that owe in two currencies make no sum; one that owes nothing more does not hinder', () => {
  const currencies = fc.array(fc.constantFrom('USD', 'JPY', 'KWD'), { minLength: 1, maxLength: 5 });
  const amount = fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(currencies, fc.array(amount, { minLength: 5, maxLength: 5 }), (names, amounts) => {
      const bill = names.map((currency, n) => {
        const [subtotalMinor, isPaid, cancelled] = amounts[n] ?? [1, false, false];
        const capturedMinor = isPaid ? subtotalMinor : 0;
        return { ...order(`o-${n}`, subtotalMinor), currency, capturedMinor, cancelled };
      });
      const owing = bill.filter((one) => one.capturedMinor === 0 && !one.cancelled);
      const isMixed = new Set(owing.map((one) => one.currency)).size > 1;
      const refused = isMixed ? 'CURRENCY_MISMATCH' : 'no error';
      expect(codeOf(() => dueOf(bill))).toBe(refused);
      expect(codeOf(() => planBillPart(bill, null))).toBe(owing.length === 0 ? 'NOTHING_DUE' : refused);
      expect(codeOf(() => planBillPart(bill, 1))).toBe(owing.length === 0 ? 'NOTHING_DUE' : refused);
    }),
    numRuns(),
  );
  const mixed = [order('a', 1000), { ...order('b', 2000), currency: 'JPY' }];
  expect(detailsOf(() => planBillPart(mixed, null))).toEqual({ currencies: ['JPY', 'USD'] });
});

test('any payers of any bill: each plan is exact, none is negative or over the rest, all of them are the bill', () => {
  const anyOrder = fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.nat(2000), fc.nat(2000));
  const orders = fc.array(anyOrder, { minLength: 1, maxLength: 5 });
  const percents = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 6 });
  fc.assert(
    fc.property(orders, percents, (cells, shares) => {
      const bill = cells.map(([subtotal, tax, tip], n) => order(`o-${n}`, subtotal, tax, tip));
      const grossMinor = sumMinor(cells.flat());
      let leftMinor = grossMinor;
      for (const percent of [...shares, null]) {
        if (leftMinor === 0) break;
        const shareMinor = percent === null ? leftMinor : Math.ceil((leftMinor * percent) / 100);
        const plan = planBillPart(bill, shareMinor);
        leftMinor -= shareMinor;
        expect(plan.billPartMinor).toBe(shareMinor);
        expect(plan.remainingAfterMinor).toBe(leftMinor);
        expect(plan.subtotalMinor).toBeGreaterThanOrEqual(1);
        expect(plan.subtotalMinor + plan.taxMinor + plan.billTipMinor).toBe(shareMinor);
        for (const part of plan.allocations) {
          expect(Math.min(part.subtotalMinor, part.taxMinor, part.tipMinor)).toBeGreaterThanOrEqual(0);
          const row = bill.find((one) => one.orderId === part.orderId);
          if (!row) throw new Error('a part of no order');
          row.heldMinor += part.subtotalMinor + part.taxMinor + part.tipMinor;
          row.coveredSubtotalMinor += part.subtotalMinor;
          row.coveredTaxMinor += part.taxMinor;
          row.coveredTipMinor += part.tipMinor;
        }
      }
      expect(bill.map((row) => row.heldMinor)).toEqual(cells.map((cell) => sumMinor(cell)));
    }),
    numRuns(),
  );
});
