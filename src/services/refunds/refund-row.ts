import { allocate } from '@/domain/allocate';
import type { MoneyParts } from '@/domain/refund';
import { ownTip, type PaymentRow } from '../payments/payment-row';

/** A refund as src/db/sql/refunds.ts answers it. Minor units; `orderAmounts`: what each covered order gets back. */
export type RefundRow = {
  id: string;
  paymentId: string;
  refundMinor: number;
  tipMinor: number;
  taxMinor: number;
  guestCreditMinor: number;
  orderAmounts: Record<string, number>;
  status: 'PROCESSING' | 'COMPLETED' | 'FAILED';
  processorRefundId: string | null;
  reason: string;
  attempt: number;
};

/** Subtotal, tax and tip of one refund, or of several. */
export function partsOf(refunds: readonly RefundRow[]): MoneyParts {
  const sum = (pick: (refund: RefundRow) => number) =>
    refunds.reduce((total, refund) => total + pick(refund), 0);
  return {
    subtotalMinor: sum((r) => r.refundMinor - r.taxMinor - r.tipMinor),
    taxMinor: sum((r) => r.taxMinor),
    tipMinor: sum((r) => r.tipMinor),
  };
}

/** Refunds that went through or may still do so; a failed one gave nothing back. */
export function counting(refunds: readonly RefundRow[]): RefundRow[] {
  return refunds.filter((refund) => refund.status !== 'FAILED');
}

/**
 * What each covered order gets back of a refund: everything but the payer's own tip, which is given back before the
 * orders' tips are. In proportion to what each order has left, exact in sum.
 */
export function orderAmountsOf(
  payment: PaymentRow,
  earlier: readonly RefundRow[],
  parts: MoneyParts,
): Record<string, number> {
  const ownTipLeftMinor = Math.max(0, ownTip(payment) - partsOf(earlier).tipMinor);
  const billMinor = parts.subtotalMinor + parts.taxMinor + Math.max(0, parts.tipMinor - ownTipLeftMinor);
  const leftMinor = payment.allocations.map(
    (a) =>
      a.subtotalMinor +
      a.taxMinor +
      a.tipMinor -
      earlier.reduce((sum, r) => sum + (r.orderAmounts[a.orderId] ?? 0), 0),
  );
  const shares = allocate(billMinor, leftMinor);
  return Object.fromEntries(payment.allocations.map((a, i) => [a.orderId, shares[i] ?? 0]));
}
