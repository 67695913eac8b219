import type { OrderView } from '../orders/view';

/** An order's bill after its adjustments. Minor units; the three parts sum to the order's `totalMinor`. */
export interface BillParts {
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
}

/**
 * Clients add the three parts up by themselves (legacy-contract 3.1, Bill), so a reduction of the bill must show in them.
 * It comes off the subtotal first, then the tax, then the tip.
 */
export function billParts(
  order: Pick<OrderView, 'subtotalMinor' | 'taxMinor' | 'tipMinor' | 'totalMinor'>,
): BillParts {
  const tipMinor = Math.min(order.tipMinor, order.totalMinor);
  const taxMinor = Math.min(order.taxMinor, order.totalMinor - tipMinor);
  return { subtotalMinor: order.totalMinor - tipMinor - taxMinor, taxMinor, tipMinor };
}

type Allocation = OrderView['payments'][number];

/**
 * What the order still has of each payment, and together never more than its total. Clients subtract these amounts from
 * the whole table's bill: the excess of one order must not hide what another order owes. The newest payment is capped.
 */
export function countedMinor(
  order: Pick<OrderView, 'totalMinor' | 'payments'>,
): ReadonlyMap<Allocation, number> {
  let leftMinor = order.totalMinor;
  const amounts = new Map<Allocation, number>();
  for (const payment of order.payments) {
    const keptMinor = Math.max(0, payment.allocatedMinor - payment.refundedMinor);
    if (!isCounted(payment)) {
      amounts.set(payment, keptMinor);
      continue;
    }
    const countedMinor = Math.min(keptMinor, leftMinor);
    leftMinor -= countedMinor;
    amounts.set(payment, countedMinor);
  }
  return amounts;
}

/** The rows that go out as COMPLETED: clients subtract these alone. */
function isCounted({ status }: Allocation): boolean {
  return status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED';
}
