import { expect, test } from 'vitest';
import { isCaptured, isChangeable, isOpen, PAYMENT_STATUSES } from '@/domain/payment/status';

test('a declined attempt keeps its hold: FAILED is open', () => {
  expect(PAYMENT_STATUSES.filter(isOpen)).toEqual(['PENDING', 'PROCESSING', 'FAILED']);
});

test('what a bank is processing is open, and nothing about it may be changed', () => {
  expect(PAYMENT_STATUSES.filter(isChangeable)).toEqual(['PENDING', 'FAILED']);
});

test('captured means ever captured, refunds included', () => {
  expect(PAYMENT_STATUSES.filter(isCaptured)).toEqual(['COMPLETED', 'REFUNDED', 'PARTIALLY_REFUNDED']);
});

test('every status but CANCELLED is either open or captured, none both', () => {
  expect(PAYMENT_STATUSES.filter((status) => isOpen(status) === isCaptured(status))).toEqual(['CANCELLED']);
});
