import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leftMinor, refundableMinor } from '@/domain/refund-left';

const minor = fc.integer({ min: 0, max: 1_000_000 });
const payment = fc.record({
  totalMinor: minor,
  claimedMinor: minor,
  chargedBackMinor: minor,
  provider: fc.constantFrom('STRIPE', 'CASH'),
  currency: fc.constantFrom('USD', 'KWD', 'JPY', 'ISK'),
});

test('what is left, what refunds claimed and what banks took never come to more than was paid, and nothing is lost', () => {
  fc.assert(
    fc.property(payment, (one) => {
      const gone = one.claimedMinor + one.chargedBackMinor;
      expect(leftMinor(one)).toBe(gone <= one.totalMinor ? one.totalMinor - gone : 0);
    }),
  );
});

test('one refund gives back all that is left but less than a step of a card’s currency', () => {
  fc.assert(
    fc.property(payment, (one) => {
      const rest = leftMinor(one) - refundableMinor(one);
      const steps: Record<string, number> = { KWD: 10, ISK: 100 };
      const step = one.provider === 'CASH' ? 1 : (steps[one.currency] ?? 1);
      expect(rest).toBeGreaterThanOrEqual(0);
      expect(rest).toBeLessThan(step);
      expect(refundableMinor(one) % step).toBe(0);
    }),
  );
});

test.each([
  ['a dinar of which a bank left five fils', 'KWD', 'STRIPE', 5, 0],
  ['the same in cash', 'KWD', 'CASH', 5, 5],
  ['a króna and a half', 'ISK', 'STRIPE', 150, 100],
  ['dollars', 'USD', 'STRIPE', 150, 150],
])('%s', (_what, currency, provider, totalMinor, expected) => {
  expect(refundableMinor({ totalMinor, claimedMinor: 0, chargedBackMinor: 0, currency, provider })).toBe(
    expected,
  );
});
