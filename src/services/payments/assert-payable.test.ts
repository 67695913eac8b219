import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../actor';
import { ServiceError } from '../errors';
import { assertAmount, assertPayable, assertPayableBy } from './assert-payable';
import type { BillRow } from './plan';

function order(changed: Partial<BillRow> = {}): BillRow {
  return {
    orderId: 'order-1',
    subtotalMinor: 2000,
    taxMinor: 160,
    tipMinor: 0,
    adjustmentMinor: 0,
    cancelled: false,
    restaurantId: 'restaurant-1',
    tableId: null,
    tableSessionId: null,
    customerId: 'customer-1',
    guestSessionId: null,
    orderNumber: '1',
    currency: 'EUR',
    restaurantName: 'Trattoria',
    maxPaymentMinor: null,
    capturedMinor: 0,
    heldMinor: 0,
    sessionClosed: false,
    coveredSubtotalMinor: 0,
    coveredTaxMinor: 0,
    coveredTipMinor: 0,
    ...changed,
  };
}

function codeOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'accepted';
}

const customer = (userId: string): Actor => ({ kind: 'customer', userId, guest: null });

describe('a bill takes a payment', () => {
  test('unless its table session is closed, all of it was cancelled, or the client believes in another currency', () => {
    expect(codeOf(() => assertPayable([order()], undefined))).toBe('accepted');
    expect(codeOf(() => assertPayable([order()], 'eur'))).toBe('accepted');
    expect(codeOf(() => assertPayable([order()], 'USD'))).toBe('CURRENCY_MISMATCH');
    const yen = order({ orderId: 'order-2', currency: 'JPY' });
    expect(codeOf(() => assertPayable([order(), yen], 'EUR'))).toBe('CURRENCY_MISMATCH');
    expect(codeOf(() => assertPayable([order({ cancelled: true })], 'EUR'))).toBe('ORDER_CANCELLED');
    const closed = order({ sessionClosed: true, cancelled: true });
    expect(codeOf(() => assertPayable([closed], 'USD'))).toBe('SESSION_CLOSED');
  });

  test('of several orders one closed session refuses, one order that is not cancelled is enough', () => {
    const cancelled = order({ orderId: 'order-2', cancelled: true });
    expect(codeOf(() => assertPayable([cancelled, order()], undefined))).toBe('accepted');
    expect(codeOf(() => assertPayable([cancelled, cancelled], undefined))).toBe('ORDER_CANCELLED');
    const closed = order({ orderId: 'order-3', sessionClosed: true });
    expect(codeOf(() => assertPayable([order(), closed], undefined))).toBe('SESSION_CLOSED');
  });

  test('from whom it belongs to: nobody else learns whether the order exists, is closed or cancelled', () => {
    const closed = order({ sessionClosed: true });
    expect(codeOf(() => assertPayableBy(customer('customer-1'), [order()], undefined))).toBe('accepted');
    expect(codeOf(() => assertPayableBy(customer('customer-1'), [closed], undefined))).toBe('SESSION_CLOSED');
    expect(codeOf(() => assertPayableBy(customer('stranger'), [closed], undefined))).toBe('NOT_VISIBLE');
    expect(codeOf(() => assertPayableBy(customer('stranger'), [], undefined))).toBe('NOT_VISIBLE');
  });
});

test('an amount is accepted exactly when it is what is due, when none was sent, or when nothing is due', () => {
  const money = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(fc.option(money, { nil: undefined }), money, money, (sentMinor, billMinor, paidMinor) => {
      const capturedMinor = Math.min(paidMinor, billMinor);
      const bill = [order({ subtotalMinor: billMinor, taxMinor: 0, capturedMinor })];
      const dueMinor = billMinor - capturedMinor;
      const fits = sentMinor === undefined || sentMinor === dueMinor || dueMinor === 0;
      expect(codeOf(() => assertAmount(bill, sentMinor))).toBe(fits ? 'accepted' : 'AMOUNT_MISMATCH');
    }),
  );
});
