import { allocate } from '@/domain/allocate';
import type { MoneyParts } from '@/domain/refund';
import { ownTip, type PaymentRow } from '../payments/payment-row';

/** A refund as src/db/sql/refunds.ts answers it. Minor units; `orderAmounts`: what each covered order gets back, by part. */
export type RefundRow = {
  id: string;
  paymentId: string;
  refundMinor: number;
  tipMinor: number;
  taxMinor: number;
  orderAmounts: Record<string, MoneyParts>;
  status: 'PROCESSING' | 'COMPLETED' | 'FAILED';
  processorRefundId: string | null;
  reason: string;
  attempt: number;
  /** Whether what it gives back of the bill is taken off the bill too. */
  reducesBill: boolean;
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
 * What each covered order gets back of a refund, part by part: everything but the payer's own tip, which is given back
 * before the orders' tips are. In proportion to what each order has left of the part, exact in sum, so that the bill owes
 * again just what was given back.
 */
export function orderAmountsOf(
  payment: PaymentRow,
  earlier: readonly RefundRow[],
  parts: MoneyParts,
): Record<string, MoneyParts> {
  const back = payment.allocations.map((a) => givenBack(earlier, a.orderId));
  const ownTipBackMinor = partsOf(earlier).tipMinor - back.reduce((sum, b) => sum + b.tipMinor, 0);
  const billTipMinor = Math.max(0, parts.tipMinor - Math.max(0, ownTip(payment) - ownTipBackMinor));
  const shares = (key: keyof MoneyParts, minor: number) =>
    allocate(
      minor,
      payment.allocations.map((a, i) => a[key] - (back[i]?.[key] ?? 0)),
    );
  const subtotals = shares('subtotalMinor', parts.subtotalMinor);
  const taxes = shares('taxMinor', parts.taxMinor);
  const tips = shares('tipMinor', billTipMinor);
  return Object.fromEntries(
    payment.allocations.map((a, i) => [
      a.orderId,
      { subtotalMinor: subtotals[i] ?? 0, taxMinor: taxes[i] ?? 0, tipMinor: tips[i] ?? 0 },
    ]),
  );
}

/** What an order got back by these refunds. */
function givenBack(refunds: readonly RefundRow[], orderId: string): MoneyParts {
  const sum = (key: keyof MoneyParts) =>
    refunds.reduce((total, r) => total + (r.orderAmounts[orderId]?.[key] ?? 0), 0);
  return { subtotalMinor: sum('subtotalMinor'), taxMinor: sum('taxMinor'), tipMinor: sum('tipMinor') };
}
