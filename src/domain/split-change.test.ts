import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { shareSteps, stepBack } from '@/domain/split-change';
import { codeOf, numRuns } from '@/domain/test-samples';

const share = (paymentId: string, amountMinor: number, ownTipMinor = 0) => ({
  paymentId,
  amountMinor,
  totalMinor: amountMinor + ownTipMinor,
});
const wanted = (amountMinor: number, ownTipMinor: number | null = null) => ({ amountMinor, ownTipMinor });
const plain = { ownTipMinor: null, fromOwnTipMinor: 0 };

describe('the steps of a changed share', () => {
  test('of a share that grows: the others give first', () => {
    expect(shareSteps(share('a', 500), wanted(600), [share('b', 300), share('c', 300, 7)], 1)).toEqual([
      { ...plain, paymentId: 'b', fromMinor: 300, billPartMinor: 250 },
      { ...plain, paymentId: 'c', fromMinor: 300, billPartMinor: 250, fromOwnTipMinor: 7 },
      { ...plain, paymentId: 'a', fromMinor: 500, billPartMinor: 600 },
    ]);
  });

  test('of a share that shrinks: it gives first', () => {
    expect(shareSteps(share('a', 500), wanted(400), [share('b', 300)], 1)).toEqual([
      { ...plain, paymentId: 'a', fromMinor: 500, billPartMinor: 400 },
      { ...plain, paymentId: 'b', fromMinor: 300, billPartMinor: 400 },
    ]);
  });

  test('a change of the own tip concerns its share only', () => {
    expect(shareSteps(share('a', 500, 20), wanted(500, 80), [share('b', 300)], 1)).toEqual([
      { paymentId: 'a', fromMinor: 500, billPartMinor: 500, ownTipMinor: 80, fromOwnTipMinor: 20 },
    ]);
  });

  test('in whole steps of the currency', () => {
    const steps = shareSteps(share('a', 1000), wanted(1100), [share('b', 1000), share('c', 1000)], 100);
    expect(steps.map((step) => step.billPartMinor)).toEqual([900, 1000, 1100]);
  });

  test('takers that are too small, or none, are refused', () => {
    expect(codeOf(() => shareSteps(share('a', 5), wanted(10), [share('b', 5)], 1))).toBe('SPLIT_CONFLICT');
    expect(codeOf(() => shareSteps(share('a', 5), wanted(4), [], 1))).toBe('ALLOCATION_INVALID');
  });
});

describe('a step back', () => {
  const step = { paymentId: 'a', fromMinor: 500, billPartMinor: 600 };

  test('leaves a tip as it is that the step did not change', () => {
    expect(stepBack({ ...step, ownTipMinor: null, fromOwnTipMinor: 20 })).toEqual({
      ...step,
      billPartMinor: 500,
      ownTipMinor: null,
      fromOwnTipMinor: undefined,
    });
    expect(stepBack({ ...step, ownTipMinor: 80 }).ownTipMinor).toBeNull();
  });

  test('puts the tip back, unless the payer has changed it since', () => {
    expect(stepBack({ ...step, ownTipMinor: 80, fromOwnTipMinor: 20 })).toEqual({
      ...step,
      billPartMinor: 500,
      ownTipMinor: 20,
      fromOwnTipMinor: 80,
    });
  });
});

test('of any shares: after each step the sum is at most the bill, at the end the bill, and no share is nothing', () => {
  const amount = fc.integer({ min: 1, max: 50_000 });
  fc.assert(
    fc.property(amount, amount, fc.array(amount, { minLength: 1, maxLength: 8 }), (from, to, others) => {
      const takers = others.map((minor, n) => share(`t-${n}`, minor));
      const billMinor = from + sumMinor(others);
      fc.pre(to - from <= sumMinor(others) / 2 - others.length);
      const now = new Map([
        ['own', from],
        ...takers.map((t): [string, number] => [t.paymentId, t.amountMinor]),
      ]);
      const steps = shareSteps(share('own', from), wanted(to), takers, 1);
      for (const step of steps) {
        expect(step.fromMinor).toBe(now.get(step.paymentId));
        expect(step.billPartMinor).toBeGreaterThanOrEqual(1);
        now.set(step.paymentId, step.billPartMinor);
        expect(sumMinor([...now.values()])).toBeLessThanOrEqual(billMinor);
      }
      expect(sumMinor([...now.values()])).toBe(billMinor);
      expect(now.get('own')).toBe(to);
      for (const step of steps.toReversed().map(stepBack)) now.set(step.paymentId, step.billPartMinor);
      expect([...now.values()]).toEqual([from, ...others]);
    }),
    numRuns(),
  );
});
