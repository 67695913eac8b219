import { expect, test } from 'vitest';
import { requireIntentId } from './intent-of';

test('a call about an intent is never sent for a payment without one', () => {
  expect(requireIntentId({ id: 'payment-1', paymentIntentId: 'pi_1' })).toBe('pi_1');
  expect(() => requireIntentId({ id: 'payment-2', paymentIntentId: null })).toThrow(
    'payment payment-2 has no intent',
  );
});
