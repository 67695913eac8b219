import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MoneyParts, nearestRefunds, refundable, splitRefund } from '@/domain/refund';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const none: MoneyParts = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };
const parts: MoneyParts = { subtotalMinor: 1000, taxMinor: 80, tipMinor: 200 };
const totalOf = (money: MoneyParts) => money.subtotalMinor + money.taxMinor + money.tipMinor;
const plus = (a: MoneyParts, b: MoneyParts): MoneyParts => ({
  subtotalMinor: a.subtotalMinor + b.subtotalMinor,
  taxMinor: a.taxMinor + b.taxMinor,
  tipMinor: a.tipMinor + b.tipMinor,
});

describe('refundable', () => {
  test('two concurrent refunds of 60 on 100: the one in flight leaves 40', () => {
    expect(refundable({ capturedMinor: 100, refunds: [{ amountMinor: 60, status: 'PROCESSING' }] })).toBe(40);
  });

  test('failed and cancelled refunds give their money back; an unknown status does not', () => {
    const refunds = ['FAILED', 'CANCELLED', 'canceled', 'COMPLETED', 'SOMETHING_NEW'].map((status) => ({
      amountMinor: 10,
      status,
    }));
    expect(refundable({ capturedMinor: 100, refunds })).toBe(80);
  });

  test('it is never negative', () => {
    expect(refundable({ capturedMinor: 50, refunds: [{ amountMinor: 60, status: 'COMPLETED' }] })).toBe(0);
  });
});

describe('nearestRefunds', () => {
  test('names the steps beside an amount, as far as they are something and are left', () => {
    const near = (refundMinor: number, leftMinor: number) =>
      nearestRefunds({ refundMinor, leftMinor, stepMinor: 10 });
    expect(near(1234, 5000)).toEqual({ lowerMinor: 1230, higherMinor: 1240 });
    expect(near(1234, 1240)).toEqual({ lowerMinor: 1230, higherMinor: 1240 });
    expect(near(1234, 1239)).toEqual({ lowerMinor: 1230, higherMinor: null });
    expect(near(3, 5000)).toEqual({ lowerMinor: null, higherMinor: 10 });
    expect(near(6, 6)).toEqual({ lowerMinor: null, higherMinor: null });
  });

  test('whatever it names is a step, is left, and is nearer than a step', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(10, 100), (a, b, stepMinor) => {
        const [refundMinor, leftMinor] = a < b ? [a, b] : [b, a];
        fc.pre(refundMinor % stepMinor !== 0);
        for (const minor of Object.values(nearestRefunds({ refundMinor, leftMinor, stepMinor }))) {
          if (minor === null) continue;
          expect(minor % stepMinor).toBe(0);
          expect(minor).toBeGreaterThan(0);
          expect(minor).toBeLessThanOrEqual(leftMinor);
          expect(Math.abs(minor - refundMinor)).toBeLessThan(stepMinor);
        }
      }),
      numRuns(),
    );
  });
});

describe('an amount that cannot be', () => {
  const split = (refund: Partial<Parameters<typeof splitRefund>[0]>) =>
    detailsOf(() => splitRefund({ refundMinor: 100, parts, alreadyRefunded: none, ...refund }));
  const over = (part: keyof MoneyParts) => split({ alreadyRefunded: { ...parts, [part]: parts[part] + 1 } });

  test('is named to the log', () => {
    expect(detailsOf(() => refundable({ capturedMinor: -1, refunds: [] }))).toMatchObject({
      name: 'capturedMinor',
    });
    const refunds = [{ amountMinor: -1, status: 'COMPLETED' }];
    expect(detailsOf(() => refundable({ capturedMinor: 1, refunds }))).toMatchObject({
      name: 'refund.amountMinor',
    });
    expect(split({ refundMinor: -1 })).toMatchObject({ name: 'refundMinor' });
    expect(split({ tipRefundMinor: -1 })).toMatchObject({ name: 'tipRefundMinor' });
    expect(over('subtotalMinor')).toEqual({ name: 'left subtotal', amountMinor: -1 });
    expect(over('taxMinor')).toEqual({ name: 'left tax', amountMinor: -1 });
    expect(over('tipMinor')).toEqual({ name: 'left tip', amountMinor: -1 });
  });

  test('and so is what is left where it is too much', () => {
    expect(split({ refundMinor: 1281 })).toEqual({ refundMinor: 1281, leftMinor: 1280 });
    expect(split({ refundMinor: 1081, tipRefundMinor: 0 })).toEqual({ refundMinor: 1081, leftMinor: 1080 });
    expect(split({ refundMinor: 300, tipRefundMinor: 201 })).toEqual({
      tipRefundMinor: 201,
      leftTipMinor: 200,
      refundMinor: 300,
    });
  });
});

describe('splitting a refund', () => {
  test('in proportion when nothing is said about the tip', () => {
    expect(splitRefund({ refundMinor: 640, parts, alreadyRefunded: none })).toEqual({
      subtotalMinor: 500,
      taxMinor: 40,
      tipMinor: 100,
    });
  });

  test('a tip part is taken as told, the rest from subtotal and tax', () => {
    const split = { refundMinor: 540, parts, alreadyRefunded: none };
    expect(splitRefund({ ...split, tipRefundMinor: 0 })).toEqual({
      subtotalMinor: 500,
      taxMinor: 40,
      tipMinor: 0,
    });
    expect(splitRefund({ ...split, tipRefundMinor: 200 })).toEqual({
      subtotalMinor: 315,
      taxMinor: 25,
      tipMinor: 200,
    });
  });

  test('the whole tip alone, and the whole bill beside it, can go back', () => {
    const whole = { parts, alreadyRefunded: none };
    expect(splitRefund({ ...whole, refundMinor: 200, tipRefundMinor: 200 })).toEqual({
      ...none,
      tipMinor: 200,
    });
    expect(splitRefund({ ...whole, refundMinor: 1080, tipRefundMinor: 0 })).toEqual({
      ...parts,
      tipMinor: 0,
    });
  });

  test.each([
    [{ refundMinor: 0 }, 'REFUND_NOT_POSITIVE'],
    [{ refundMinor: -5 }, 'AMOUNT_INVALID'],
    [{ refundMinor: 1281 }, 'REFUND_EXCEEDS_REMAINING'],
    [{ refundMinor: 1081, tipRefundMinor: 0 }, 'REFUND_EXCEEDS_REMAINING'],
    [{ refundMinor: 300, tipRefundMinor: 201 }, 'TIP_REFUND_EXCEEDS_TIP'],
    [{ refundMinor: 100, tipRefundMinor: 101 }, 'TIP_REFUND_EXCEEDS_TIP'],
    [{ refundMinor: 100, tipRefundMinor: -1 }, 'AMOUNT_INVALID'],
    [{ refundMinor: 100, alreadyRefunded: { ...none, taxMinor: 81 } }, 'AMOUNT_INVALID'],
    [{ refundMinor: 1, alreadyRefunded: parts }, 'REFUND_EXCEEDS_REMAINING'],
  ])('%j is refused with %s', (refund, code) => {
    expect(codeOf(() => splitRefund({ parts, alreadyRefunded: none, ...refund }))).toBe(code);
  });

  test('any sequence of refunds is exact, never exceeds a part, and the last one gives back every cent', () => {
    const anyParts = fc.record({
      subtotalMinor: fc.integer({ min: 1, max: 9999 }),
      taxMinor: fc.nat(999),
      tipMinor: fc.nat(999),
    });
    fc.assert(
      fc.property(
        anyParts,
        fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 6 }),
        (whole, wishes) => {
          let refunded = none;
          for (const wish of [...wishes, Number.MAX_SAFE_INTEGER]) {
            const refundMinor = Math.min(wish, totalOf(whole) - totalOf(refunded));
            if (refundMinor === 0) continue;
            const split = splitRefund({ refundMinor, parts: whole, alreadyRefunded: refunded });
            expect(totalOf(split)).toBe(refundMinor);
            refunded = plus(refunded, split);
            expect(refunded.subtotalMinor).toBeLessThanOrEqual(whole.subtotalMinor);
            expect(refunded.taxMinor).toBeLessThanOrEqual(whole.taxMinor);
            expect(refunded.tipMinor).toBeLessThanOrEqual(whole.tipMinor);
          }
          expect(refunded).toEqual(whole);
        },
      ),
      numRuns(),
    );
  });
});
