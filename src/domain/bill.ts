import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertNonNegativeMinor, sumMinor } from '@/domain/money';

/** One order of a bill. `adjustmentMinor` is added and signed: -500 takes 5.00 off (decision 12). */
export type BillOrder = {
  orderId: string;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  adjustmentMinor: number;
  cancelled: boolean;
};

/** Minor units per order id, as a map or a plain object; a missing order has 0. */
export type PerOrder = Map<string, number> | Readonly<Record<string, number>>;

export type BillAmounts = {
  grossMinor: number;
  capturedMinor: number;
  heldMinor: number;
  dueMinor: number;
  availableMinor: number;
};

/** What an order costs: subtotal + tax + its own tip + adjustment, never below 0; a cancelled one 0. */
export function orderGross(order: BillOrder): number {
  if (order.cancelled) return 0;
  return Math.max(0, sumMinor([order.subtotalMinor, order.taxMinor, order.tipMinor, order.adjustmentMinor]));
}

/**
 * The bill of one order or of all orders of a table session. Reckoned per order, then summed: money beyond
 * one order's gross is guest credit (decision 11) and never pays another order.
 * due = gross - captured, available = due - held, neither below 0. Cancelled orders are left out
 * (legacy-contract 3.1, Bill). Tips that payers add are not part of the bill.
 * @param bill captured: allocated bill money net of refunds (decision 12); held: bill parts of open payments
 * @returns the sums, and per order what `allocateToOrders` needs
 */
export function amountDue(bill: {
  orders: readonly BillOrder[];
  captured: PerOrder;
  held: PerOrder;
}): BillAmounts & { orders: (BillAmounts & { orderId: string })[] } {
  const captured = toMap(bill.captured);
  const held = toMap(bill.held);
  const orders = bill.orders
    .filter((order) => !order.cancelled)
    .map((order) => {
      const grossMinor = orderGross(order);
      const capturedMinor = assertNonNegativeMinor(captured.get(order.orderId) ?? 0, 'captured');
      const heldMinor = assertNonNegativeMinor(held.get(order.orderId) ?? 0, 'held');
      const dueMinor = Math.max(0, grossMinor - capturedMinor);
      const availableMinor = Math.max(0, dueMinor - heldMinor);
      return { orderId: order.orderId, grossMinor, capturedMinor, heldMinor, dueMinor, availableMinor };
    });
  const total = (key: keyof BillAmounts) => sumMinor(orders.map((order) => order[key]));
  return {
    grossMinor: total('grossMinor'),
    capturedMinor: total('capturedMinor'),
    heldMinor: total('heldMinor'),
    dueMinor: total('dueMinor'),
    availableMinor: total('availableMinor'),
    orders,
  };
}

export type OrderPaymentState = 'UNPAID' | 'PARTIALLY_PAID' | 'PAID' | 'OVERPAID' | 'REFUNDED';

/**
 * An order's payment state from its bill money; kept = captured - refunded. The first rule that holds:
 * 1. REFUNDED: something was captured and all of it went back
 * 2. OVERPAID: kept > gross
 * 3. PAID: kept = gross, so also an order that costs nothing
 * 4. PARTIALLY_PAID: kept > 0
 * 5. UNPAID
 */
export function orderPaymentState(order: {
  grossMinor: number;
  capturedMinor: number;
  refundedMinor: number;
}): OrderPaymentState {
  const keptMinor = order.capturedMinor - order.refundedMinor;
  if (order.capturedMinor > 0 && keptMinor <= 0) return 'REFUNDED';
  if (keptMinor > order.grossMinor) return 'OVERPAID';
  if (keptMinor === order.grossMinor) return 'PAID';
  return keptMinor > 0 ? 'PARTIALLY_PAID' : 'UNPAID';
}

/**
 * Spreads one payment's bill part over orders, in proportion to what each has available, never beyond it;
 * the whole bill gives exactly each order's available amount. Orders that get nothing are left out.
 * @throws DomainError AMOUNT_ABOVE_AVAILABLE
 */
export function allocateToOrders(
  billPartMinor: number,
  ordersAvailable: readonly { orderId: string; availableMinor: number }[],
): { orderId: string; amountMinor: number }[] {
  assertNonNegativeMinor(billPartMinor, 'billPartMinor');
  const available = ordersAvailable.map((order) => order.availableMinor);
  const availableMinor = sumMinor(available);
  if (billPartMinor > availableMinor) {
    throw new DomainError('AMOUNT_ABOVE_AVAILABLE', 'The amount is more than what is left to pay.', {
      billPartMinor,
      availableMinor,
    });
  }
  const shares = allocate(billPartMinor, available);
  return ordersAvailable
    .map((order, index) => ({ orderId: order.orderId, amountMinor: shares[index] ?? 0 }))
    .filter((line) => line.amountMinor > 0);
}

/**
 * The part of newly captured bill money that lies above the bill (decision 11), between 0 and all of it.
 * All three are bill money: the payer's own tip is never over-collected.
 */
export function overCollected(capture: {
  grossMinor: number;
  capturedBeforeMinor: number;
  newlyCapturedMinor: number;
}): number {
  const aboveMinor = capture.capturedBeforeMinor + capture.newlyCapturedMinor - capture.grossMinor;
  return Math.min(capture.newlyCapturedMinor, Math.max(0, aboveMinor));
}

/** What an order keeps of captured money beyond what it costs (decision 11), never below 0. */
export function orderExcess(order: BillOrder, keptMinor: number): number {
  return Math.max(0, keptMinor - orderGross(order));
}

// Order ids are the platform's: as keys of a map, 'constructor' finds nothing that objects inherit.
function toMap(amounts: PerOrder): Map<string, number> {
  return amounts instanceof Map ? amounts : new Map(Object.entries(amounts));
}
