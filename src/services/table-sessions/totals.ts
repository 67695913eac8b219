import type { OrderView } from '../orders/view';
import type { BillTotals } from './view';

/**
 * Sums the orders of a bill in its session's currency (decision 14). Money beyond one order's bill never pays another order, so what is
 * due is reckoned per order.
 */
export function totalsOf(orders: readonly OrderView[], currency: string): BillTotals {
  const counted = orders.filter((order) => order.status !== 'CANCELLED' && order.currency === currency);
  const sum = (pick: (order: OrderView) => number) =>
    counted.reduce((total, order) => total + pick(order), 0);
  return {
    subtotalMinor: sum((order) => order.subtotalMinor),
    taxMinor: sum((order) => order.taxMinor),
    tipMinor: sum((order) => order.tipMinor),
    grandTotalMinor: sum((order) => order.totalMinor),
    paidMinor: sum((order) => order.paidMinor),
    heldMinor: sum((order) => order.heldMinor),
    remainingMinor: sum((order) => order.remainingMinor),
    availableMinor: sum((order) => Math.max(0, order.remainingMinor - order.heldMinor)),
  };
}
