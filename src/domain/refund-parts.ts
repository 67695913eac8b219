import { allocate } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';
import type { ShareOfOrder } from '@/domain/payment/shrink-share';
import type { MoneyParts } from '@/domain/refund';

/** A refund with its parts. Minor units; `orderAmounts`: what each covered order gets back, by part. */
export interface RefundParts {
  refundMinor: number;
  taxMinor: number;
  tipMinor: number;
  orderAmounts: Readonly<Record<string, MoneyParts>>;
}

/** Subtotal, tax and tip of one refund, or of several. */
export function partsOf(refunds: readonly Omit<RefundParts, 'orderAmounts'>[]): MoneyParts {
  return {
    subtotalMinor: sumMinor(refunds.map((r) => r.refundMinor - r.taxMinor - r.tipMinor)),
    taxMinor: sumMinor(refunds.map((r) => r.taxMinor)),
    tipMinor: sumMinor(refunds.map((r) => r.tipMinor)),
  };
}

/** Refunds that went through or may still do so. A failed one gave nothing back. */
export function counting<T extends { status: string }>(refunds: readonly T[]): T[] {
  return refunds.filter((refund) => refund.status !== 'FAILED');
}

/**
 * What each covered order gets back of a refund, part by part. The payer's own tip belongs to no order and goes back
 * before the orders' tips. The rest is in proportion to what each order has left of the part, and exact in sum: the
 * bill owes again just what was given back.
 * @param payment with its part of each order; the payer's own tip is what the total has beyond them
 * @param earlier the payment's refunds that count
 * @param parts of the new refund, as splitRefund answers them
 */
export function orderAmountsOf(
  payment: { totalMinor: number; allocations: readonly ShareOfOrder[] },
  earlier: readonly RefundParts[],
  parts: MoneyParts,
): Record<string, MoneyParts> {
  const { allocations } = payment;
  const back = allocations.map((a) => givenBack(earlier, a.orderId));
  const billPartMinor = sumMinor(allocations.flatMap((a) => [a.subtotalMinor, a.taxMinor, a.tipMinor]));
  const ownTipBackMinor = partsOf(earlier).tipMinor - sumMinor(back.map((b) => b.tipMinor));
  const ownTipLeftMinor = Math.max(0, payment.totalMinor - billPartMinor - ownTipBackMinor);
  const shares = (key: keyof MoneyParts, minor: number) =>
    allocate(
      minor,
      allocations.map((a, i) => a[key] - (back[i]?.[key] ?? 0)),
    );
  const subtotals = shares('subtotalMinor', parts.subtotalMinor);
  const taxes = shares('taxMinor', parts.taxMinor);
  const tips = shares('tipMinor', Math.max(0, parts.tipMinor - ownTipLeftMinor));
  return Object.fromEntries(
    allocations.map((a, i) => [
      a.orderId,
      { subtotalMinor: subtotals[i] ?? 0, taxMinor: taxes[i] ?? 0, tipMinor: tips[i] ?? 0 },
    ]),
  );
}

/** What an order got back by these refunds. */
function givenBack(refunds: readonly RefundParts[], orderId: string): MoneyParts {
  const sum = (key: keyof MoneyParts) => sumMinor(refunds.map((r) => r.orderAmounts[orderId]?.[key] ?? 0));
  return { subtotalMinor: sum('subtotalMinor'), taxMinor: sum('taxMinor'), tipMinor: sum('tipMinor') };
}
