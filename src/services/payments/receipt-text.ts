import { assertCurrency, formatMinor } from '@/domain/money';
import type { ReceiptView } from './view';

/** A receipt as it is shown: every amount and time already in the restaurant's words. */
export interface ReceiptText {
  restaurantName: string;
  /** One entry a line. */
  address: string[];
  total: string;
  /** How much of it was given back, in words; null while nothing was. */
  refundedNote: string | null;
  facts: { label: string; value: string }[];
  /** Says that the lines below are more than this payment paid; null when they are exactly what it paid. */
  partNote: string | null;
  orders: { title: string; lines: { name: string; detail: string | null; amount: string }[] }[];
  amounts: { label: string; amount: string }[];
  refunds: { label: string; detail: string; amount: string }[];
  /** What the payment came down to; null while nothing was refunded. */
  remaining: string | null;
  validUntil: string;
}

const FALLBACK_LOCALE = 'en-US';

/** Puts a receipt into words: amounts in the restaurant's currency and locale, times in its zone with the zone named. */
export function receiptText(receipt: ReceiptView): ReceiptText {
  const { timeZone } = receipt.restaurant;
  const locale = usableLocale(receipt.restaurant.locale);
  const currency = assertCurrency(receipt.currency);
  const money = (amountMinor: number) => formatMinor(amountMinor, currency, locale);
  const day = (iso: string) => dayIn(iso, timeZone, locale);
  const remainingMinor = receipt.totalMinor - receipt.refundedMinor;
  const isRefunded = receipt.refundedMinor > 0;

  return {
    restaurantName: receipt.restaurant.name,
    address: linesOf(receipt.restaurant.address),
    total: money(receipt.totalMinor),
    refundedNote: isRefunded ? refundedNote(remainingMinor, money(receipt.refundedMinor)) : null,
    facts: [
      { label: 'Receipt', value: receipt.number },
      { label: 'Date', value: day(receipt.issuedAt) },
      { label: 'Time', value: timeIn(receipt.issuedAt, timeZone, locale) },
      ...(receipt.tableName === null ? [] : [{ label: 'Table', value: receipt.tableName }]),
      { label: 'Paid with', value: capitalised(receipt.paidWith) },
    ],
    partNote: receipt.partOfBill
      ? 'These lines are the whole table’s bill. Your payment covered a part of it, which is shown below them.'
      : null,
    orders: receipt.orders.map((order) => ({
      title: `Order ${order.orderNumber}`,
      lines: order.lines.map((line) => ({
        name: line.name,
        detail: line.quantity === 1 ? null : `${line.quantity} × ${money(line.unitMinor)}`,
        amount: money(line.subtotalMinor),
      })),
    })),
    amounts: [
      { label: 'Subtotal', amount: money(receipt.subtotalMinor) },
      { label: 'Tax', amount: money(receipt.taxMinor) },
      { label: 'Tip', amount: money(receipt.tipMinor) },
    ],
    refunds: receipt.refunds.map((refund) => ({
      label: refund.status === 'COMPLETED' ? 'Refunded' : 'Refund on its way',
      detail: [day(refund.createdAt), ...(refund.reason === null ? [] : [readable(refund.reason)])].join(
        ' · ',
      ),
      amount: money(-refund.refundedMinor),
    })),
    remaining: isRefunded ? money(remainingMinor) : null,
    validUntil: day(receipt.linkExpiresAt),
  };
}

function refundedNote(remainingMinor: number, refunded: string): string {
  return remainingMinor === 0 ? 'Refunded in full' : `${refunded} refunded`;
}

/** The platform's locale if Intl knows it: a receipt must not fail on a misspelt one. */
function usableLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? FALLBACK_LOCALE;
  } catch {
    return FALLBACK_LOCALE;
  }
}

function dayIn(iso: string, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(iso));
}

function timeIn(iso: string, timeZone: string, locale: string): string {
  const format = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(locale, format).format(new Date(iso));
}

/** An address with line breaks keeps them; in one with commas only, the browser wraps. */
function linesOf(address: string | null): string[] {
  const lines = (address ?? '').split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line, index) => line !== '' && lines.indexOf(line) === index);
}

/** Codes such as `requested_by_customer` as words; what a person wrote stays as it is. */
function readable(reason: string): string {
  return /^[a-z]+(_[a-z]+)+$/i.test(reason) ? capitalised(reason.toLowerCase().replaceAll('_', ' ')) : reason;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
