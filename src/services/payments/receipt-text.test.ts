import { describe, expect, it } from 'vitest';
import { receiptText } from './receipt-text';
import type { ReceiptView } from './view';

const RECEIPT: ReceiptView = {
  number: '20260314-0001',
  paymentId: '0195b0a0-0000-7000-8000-000000000001',
  businessDay: '2026-03-14',
  issuedAt: '2026-03-14T23:30:00.000Z',
  restaurant: { name: 'Aurora', address: null, timeZone: 'America/New_York', locale: 'en-US' },
  tableName: null,
  currency: 'USD',
  orders: [{ orderNumber: '7', lines: [{ name: 'Soup', quantity: 2, unitMinor: 850, subtotalMinor: 1700 }] }],
  partOfBill: false,
  subtotalMinor: 1700,
  taxMinor: 136,
  tipMinor: 0,
  totalMinor: 1836,
  refunds: [],
  refundedMinor: 0,
  paidWith: 'visa •••• 4242',
  url: 'https://pay.example.com/r/x',
  linkExpiresAt: '2026-06-12T23:30:00.000Z',
};

const at = (restaurant: Partial<ReceiptView['restaurant']>) =>
  receiptText({ ...RECEIPT, restaurant: { ...RECEIPT.restaurant, ...restaurant } });
const fact = (text: ReturnType<typeof receiptText>, label: string) =>
  text.facts.find((one) => one.label === label)?.value;
const refund = (refundedMinor: number, status = 'COMPLETED', reason = 'cold') => ({
  refundedMinor,
  status,
  reason,
  createdAt: '2026-03-15T12:00:00.000Z',
});

describe('a receipt in words', () => {
  it('uses the day and time of the restaurant’s zone, and names the zone', () => {
    expect(fact(at({}), 'Date')).toBe('March 14, 2026');
    expect(fact(at({}), 'Time')).toMatch(/^7:30\sPM EDT$/);
    expect(fact(at({ timeZone: 'Asia/Tokyo', locale: 'de-DE' }), 'Date')).toBe('15. März 2026');
    expect(fact(at({ timeZone: 'Asia/Tokyo', locale: 'ja-JP' }), 'Time')).toBe('8:30 JST');
  });

  it('does not fail on a locale that nobody knows', () => {
    for (const locale of ['not a locale', 'xx-invalid-locale-xx', 'en_US'])
      expect(at({ locale }).total).toBe('$18.36');
  });

  it('shows amounts with the decimals of the currency', () => {
    expect(receiptText({ ...RECEIPT, currency: 'KWD' }).total.replace(/\s/g, ' ')).toBe('KWD 1.836');
    expect(receiptText({ ...RECEIPT, currency: 'JPY' }).total).toBe('¥1,836');
  });

  it('leaves out what there is not: table, address, refunds, a note about a part', () => {
    const text = receiptText(RECEIPT);
    expect(fact(text, 'Table')).toBeUndefined();
    expect(text).toMatchObject({
      address: [],
      refunds: [],
      remaining: null,
      refundedNote: null,
      partNote: null,
    });
  });

  it('says when the lines are more than what this payment paid', () => {
    expect(receiptText({ ...RECEIPT, partOfBill: true }).partNote).toContain('part');
  });

  it('subtracts refunds, and says when all was given back', () => {
    const partly = receiptText({ ...RECEIPT, refundedMinor: 500, refunds: [refund(500)] });
    expect(partly).toMatchObject({ remaining: '$13.36', refundedNote: '$5.00 refunded' });
    const wholly = receiptText({ ...RECEIPT, refundedMinor: 1836, refunds: [refund(1836)] });
    expect(wholly).toMatchObject({ remaining: '$0.00', refundedNote: 'Refunded in full' });
  });

  it('tells a refund that is still under way from one that arrived, and puts codes into words', () => {
    const text = receiptText({
      ...RECEIPT,
      refunds: [refund(100, 'PROCESSING', 'requested_by_customer'), refund(200, 'COMPLETED', 'Cold soup')],
    });
    expect(text.refunds).toEqual([
      { label: 'Refund on its way', detail: 'March 15, 2026 · Requested by customer', amount: '-$1.00' },
      { label: 'Refunded', detail: 'March 15, 2026 · Cold soup', amount: '-$2.00' },
    ]);
    expect(text.remaining).toBeNull();
  });
});
