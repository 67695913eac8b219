import { expect, test } from 'vitest';
import { receiptNumber } from '@/domain/receipt-number';
import { codeOf } from '@/domain/test-samples';

test('a receipt number is the business day and the sequence, after the restaurant code if there is one', () => {
  expect(receiptNumber({ businessDay: '2026-11-23', sequence: 42 })).toBe('20261123-0042');
  expect(receiptNumber({ restaurantCode: 'tabsy1', businessDay: '2026-11-23', sequence: 1 })).toBe(
    'TABSY1-20261123-0001',
  );
});

test('the ten-thousandth receipt of a day has its own number', () => {
  expect(receiptNumber({ businessDay: '2026-11-23', sequence: 10_000 })).toBe('20261123-10000');
});

test.each([
  { businessDay: '20261123', sequence: 1 },
  { businessDay: '2026-11-23', sequence: 0 },
  { businessDay: '2026-11-23', sequence: 1.5 },
  { businessDay: '2026-11-23', sequence: 1, restaurantCode: '' },
  { businessDay: '2026-11-23', sequence: 1, restaurantCode: 'A-B' },
])('%j is refused', (parts) => {
  expect(codeOf(() => receiptNumber(parts))).toBe('RECEIPT_NUMBER_INVALID');
});
