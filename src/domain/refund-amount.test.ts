import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeStepMinor } from '@/domain/currency';
import { excessRefund, refundAmount, refundableAmounts, type WantedRefund } from '@/domain/refund-amount';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const payment = { totalMinor: 1200, tipMinor: 200, currency: 'USD', provider: 'STRIPE' };
const refund = (refundMinor: number, tipMinor = 0, status = 'COMPLETED') => ({
  refundMinor,
  taxMinor: 0,
  tipMinor,
  status,
});
const amountOf = (wanted: Partial<WantedRefund>, refunds: ReturnType<typeof refund>[] = []) =>
  refundAmount(payment, refunds, { chargedBackMinor: 0, ...wanted });

describe('how much a refund is', () => {
  test.each<[Partial<WantedRefund>, ReturnType<typeof refund>[], [number, number | undefined, number]]>([
    [{}, [], [1200, undefined, 1200]],
    [{}, [refund(300)], [900, undefined, 1200]],
    [{}, [refund(300, 0, 'FAILED')], [1200, undefined, 1200]],
    [{ chargedBackMinor: 700 }, [refund(300)], [200, undefined, 1200]],
    [{ amountMinor: 100 }, [refund(300, 0, 'PROCESSING')], [100, undefined, 400]],
    [{ amountMinor: 100, tipRefundMinor: 40 }, [], [100, 40, 100]],
    [{ part: 'TIP' }, [refund(50, 50)], [150, 150, 200]],
    [{ part: 'TIP' }, [refund(50, 50, 'FAILED')], [200, 200, 200]],
    [{ part: 'TIP', chargedBackMinor: 1100 }, [], [100, 100, 1200]],
    [{ part: 'BILL' }, [refund(50, 50)], [1000, 0, 1050]],
    [{ part: 'BILL', amountMinor: 10 }, [], [10, 0, 10]],
  ])('%j after %j', (wanted, refunds, [refundMinor, tipRefundMinor, refundedMinor]) => {
    expect(amountOf(wanted, refunds)).toEqual({ refundMinor, tipRefundMinor, refundedMinor });
  });

  test.each<[Partial<WantedRefund>, ReturnType<typeof refund>[], string]>([
    [{}, [refund(1200)], 'NOTHING_REFUNDABLE'],
    [{ chargedBackMinor: 1300 }, [], 'NOTHING_REFUNDABLE'],
    [{ part: 'TIP' }, [refund(200, 200)], 'NOTHING_REFUNDABLE'],
    [{ part: 'BILL', chargedBackMinor: 1050 }, [], 'NOTHING_REFUNDABLE'],
    [{ amountMinor: 1201 }, [], 'REFUND_EXCEEDS_REMAINING'],
    [{ amountMinor: 201, part: 'TIP' }, [], 'REFUND_EXCEEDS_REMAINING'],
  ])('%j after %j is refused: %s', (wanted, refunds, code) => {
    expect(codeOf(() => amountOf(wanted, refunds))).toBe(code);
  });

  test.each<[WantedRefund['part'], string]>([
    [undefined, 'Everything of this payment was refunded already, or given back by the bank.'],
    ['TIP', 'The tip of this payment, if it had one, was refunded already, or given back by the bank.'],
    ['BILL', 'The bill part of this payment was refunded already, or given back by the bank.'],
  ])('the refusal says of what nothing is left: %j', (part, words) => {
    expect(() => amountOf({ part }, [refund(1200, 200)])).toThrow(words);
  });

  test('a refusal tells what is left', () => {
    expect(detailsOf(() => amountOf({ amountMinor: 1300 }))).toEqual({ refundMinor: 1300, leftMinor: 1200 });
  });
});

describe('in a currency that cards move in steps', () => {
  const isk = { totalMinor: 1200, tipMinor: 0, currency: 'ISK', provider: 'STRIPE' };
  const wanted = (amountMinor: number) => ({ amountMinor, chargedBackMinor: 0 });

  test('a card gets whole steps, cash anything', () => {
    expect(refundAmount(isk, [], wanted(300)).refundMinor).toBe(300);
    expect(codeOf(() => refundAmount(isk, [], wanted(250)))).toBe('AMOUNT_NOT_CHARGEABLE');
    expect(refundAmount({ ...isk, provider: 'CASH' }, [], wanted(250)).refundMinor).toBe(250);
  });

  test('the refusal names the nearest amounts', () => {
    const near = (amountMinor: number, totalMinor = 1200) =>
      detailsOf(() => refundAmount({ ...isk, totalMinor }, [], wanted(amountMinor)));
    expect(near(250)).toEqual({ refundMinor: 250, stepMinor: 100, lowerMinor: 200, higherMinor: 300 });
    expect(near(50, 60)).toEqual({ refundMinor: 50, stepMinor: 100, lowerMinor: null, higherMinor: null });
    expect(() => refundAmount(isk, [], wanted(250))).toThrow(
      /^Cards in ISK get multiples of \S+ back only: \S+ or \S+\.$/,
    );
    expect(() => refundAmount({ ...isk, totalMinor: 60 }, [], wanted(50))).toThrow(/back only\.$/);
  });
});

test('any refunds: each is positive, all of them never exceed the payment, and the last takes the whole rest', () => {
  const total = fc.integer({ min: 1, max: 100_000 });
  const percents = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 });
  fc.assert(
    fc.property(total, fc.nat(5000), percents, (totalMinor, backMinor, wishes) => {
      const paid = { ...payment, totalMinor, tipMinor: 0 };
      const chargedBackMinor = Math.min(backMinor, totalMinor);
      const refunds: ReturnType<typeof refund>[] = [];
      let leftMinor = totalMinor - chargedBackMinor;
      for (const wish of [...wishes, null]) {
        if (leftMinor === 0) break;
        const amountMinor = wish === null ? undefined : Math.ceil((leftMinor * wish) / 100);
        const amount = refundAmount(paid, refunds, { amountMinor, chargedBackMinor });
        expect(amount.refundMinor).toBeGreaterThan(0);
        leftMinor -= amount.refundMinor;
        expect(leftMinor).toBeGreaterThanOrEqual(0);
        expect(amount.refundedMinor).toBe(totalMinor - leftMinor);
        refunds.push(refund(amount.refundMinor));
      }
      expect(leftMinor).toBe(0);
      expect(codeOf(() => refundAmount(paid, refunds, { chargedBackMinor }))).toBe('NOTHING_REFUNDABLE');
    }),
    numRuns(),
  );
});

describe('what people may choose from', () => {
  test.each<[ReturnType<typeof refund>[], number, [number, number, number]]>([
    [[], 0, [1200, 1000, 200]],
    [[refund(300, 0, 'PROCESSING')], 0, [900, 700, 200]],
    [[refund(300, 50), refund(100, 0, 'FAILED')], 0, [900, 750, 150]],
    [[], 1100, [100, 0, 100]],
    [[refund(300)], 1000, [0, 0, 0]],
  ])('after %j, and %i given back by banks', (refunds, chargedBackMinor, [allMinor, billMinor, tipMinor]) => {
    expect(refundableAmounts(payment, refunds, chargedBackMinor)).toEqual({ allMinor, billMinor, tipMinor });
  });

  test('any amount that is shown is refunded as it is, a card in a currency of steps included; nothing is refused', () => {
    const minor = fc.integer({ min: 0, max: 5000 });
    const status = fc.constantFrom('PROCESSING', 'COMPLETED', 'FAILED');
    const kind = fc.record({
      currency: fc.constantFrom('USD', 'ISK', 'KWD'),
      provider: fc.constantFrom('STRIPE', 'CASH'),
    });
    fc.assert(
      fc.property(
        minor,
        minor,
        minor,
        minor,
        status,
        kind,
        (bill, tip, back, chargedBackMinor, state, of) => {
          const paid = { ...of, totalMinor: bill + tip, tipMinor: tip };
          const refundMinor = Math.min(back, paid.totalMinor);
          const refunds = [refund(refundMinor, Math.min(tip, refundMinor), state)];
          const shown = refundableAmounts(paid, refunds, chargedBackMinor);
          for (const [part, amountMinor] of [
            [undefined, shown.allMinor],
            ['BILL', shown.billMinor],
            ['TIP', shown.tipMinor],
          ] as const) {
            expect(amountMinor).toBeGreaterThanOrEqual(0);
            if (amountMinor === 0) continue;
            expect(refundAmount(paid, refunds, { amountMinor, part, chargedBackMinor }).refundMinor).toBe(
              amountMinor,
            );
          }
        },
      ),
      numRuns(),
    );
  });
});

describe('what a payment gives back of an excess without a person', () => {
  const of = (currency: string, subtotalMinor: number, taxMinor: number) => ({
    currency,
    subtotalMinor,
    taxMinor,
  });

  test.each<[string, number, ReturnType<typeof refund>[], number]>([
    ['USD', 300, [], 300],
    ['USD', 0, [], 0],
    ['USD', -5, [], 0],
    ['USD', 5000, [], 1000],
    ['USD', 5000, [refund(250, 50)], 800],
    ['USD', 5000, [refund(250, 0, 'PROCESSING')], 750],
    ['USD', 5000, [refund(250, 0, 'FAILED')], 1000],
    ['ISK', 350, [], 300],
    ['ISK', 99, [], 0],
    ['KWD', 19, [], 10],
  ])('%s, %i too much, after %j: %i', (currency, excessMinor, refunds, expected) => {
    expect(excessRefund(of(currency, 900, 100), refunds, excessMinor)).toBe(expected);
  });

  test('never more than the excess, never of the tips, always whole steps', () => {
    const amount = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        amount,
        fc.constantFrom('USD', 'JPY', 'KWD', 'ISK'),
        (subtotalMinor, taxMinor, backMinor, excessMinor, currency) => {
          const back = Math.min(backMinor, subtotalMinor);
          const minor = excessRefund({ subtotalMinor, taxMinor, currency }, [refund(back)], excessMinor);
          const stepMinor = chargeStepMinor(currency);
          expect(minor).toBeLessThanOrEqual(Math.min(excessMinor, subtotalMinor + taxMinor - back));
          expect(minor).toBeGreaterThan(Math.min(excessMinor, subtotalMinor + taxMinor - back) - stepMinor);
          expect(minor % stepMinor).toBe(0);
        },
      ),
      numRuns(),
    );
  });
});
