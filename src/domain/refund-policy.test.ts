import { expect, test } from 'vitest';
import { assertRefundAllowed } from '@/domain/refund-policy';
import { codeOf, detailsOf } from '@/domain/test-samples';

const paid = { paidOn: '2026-10-25', today: '2026-10-28', refundedMinor: 500 };
const free = { windowDays: null, limitMinor: null };
const refusal = (policy: Partial<typeof free | { windowDays: number; limitMinor: number }>, refund = paid) =>
  codeOf(() => assertRefundAllowed({ ...free, ...policy }, refund));

test('without window and limit everything is allowed', () => {
  expect(refusal({}, { ...paid, paidOn: '1999-01-01', refundedMinor: 2_000_000_000 })).toBe('no error');
});

test.each([
  [3, 'no error'],
  [2, 'REFUND_WINDOW_CLOSED'],
  [0, 'REFUND_WINDOW_CLOSED'],
])(
  'three business days after the payment, over a clock change, a window of %d days is %s',
  (windowDays, code) => {
    expect(refusal({ windowDays })).toBe(code);
  },
);

test('a window of no days ends with the day of the payment', () => {
  expect(refusal({ windowDays: 0 }, { ...paid, today: paid.paidOn })).toBe('no error');
});

test.each([
  [500, 'no error'],
  [499, 'REFUND_ABOVE_LIMIT'],
  [0, 'REFUND_ABOVE_LIMIT'],
])('refunded 500 against a limit of %d is %s', (limitMinor, code) => {
  expect(refusal({ limitMinor })).toBe(code);
});

test('a refusal tells the log the limit and what was beyond it', () => {
  const details = (policy: { windowDays: number | null; limitMinor: number | null }) =>
    detailsOf(() => assertRefundAllowed(policy, paid));
  expect(details({ windowDays: 2, limitMinor: null })).toEqual({ windowDays: 2, ageDays: 3 });
  expect(details({ windowDays: null, limitMinor: 499 })).toEqual({ limitMinor: 499, refundedMinor: 500 });
});
