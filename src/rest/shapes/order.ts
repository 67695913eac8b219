import type { OrderView } from '@/services/orders/view';
import { wireMethod } from '../methods';
import { major } from '../money';
import type { GuestIdOf } from './guest-ids';
import { present } from './payment';

/** A whole order: C maps `items` and computes with the amounts. `paymentStatus` stands beside the lifecycle's status. */
export function orderBody(order: OrderView, guestIdOf: GuestIdOf) {
  const { currency } = order;
  const guestSessionId = guestIdOf(order.guestPublicId);
  return {
    id: order.id,
    orderId: order.id,
    orderNumber: order.orderNumber,
    restaurantId: order.restaurantId,
    ...present({
      tableId: order.tableId,
      tableSessionId: order.tableSessionId,
      customerId: order.customerId,
      sessionId: guestSessionId,
      guestSessionId,
      customerName: order.guestName,
    }),
    status: order.status,
    paymentStatus: order.paymentState,
    roundNumber: order.roundNumber,
    currency,
    ...sums(order),
    items: order.items.map((item) => itemBody(item, currency)),
    placedAt: order.placedAt,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

/** An order as the bill lists it. */
export function billOrderBody(order: OrderView, guestIdOf: GuestIdOf) {
  return {
    orderId: order.id,
    id: order.id,
    orderNumber: order.orderNumber,
    status: order.status,
    placedBy: order.guestName ?? 'Guest',
    ...present({ guestSessionId: guestIdOf(order.guestPublicId) }),
    placedAt: order.placedAt,
    ...sums(order),
    payments: order.payments.map((payment) => allocationBody(payment, order.currency)),
    items: order.items.map((item) => itemBody(item, order.currency)),
  };
}

function sums(order: OrderView) {
  const { currency } = order;
  return {
    subtotal: major(order.subtotalMinor, currency),
    tax: major(order.taxMinor, currency),
    tip: major(order.tipMinor, currency),
    total: major(order.totalMinor, currency),
    isPaid: order.isPaid,
    paidAmount: major(order.paidMinor, currency),
    remainingAmount: major(order.remainingMinor, currency),
  };
}

/**
 * v2 subtracts the `amount` of COMPLETED rows from the orders' totals by itself, so the amount is what this order still has
 * of the payment, without the payer's tip; a partly refunded payment must count with that, or the rest would be wrong.
 */
function allocationBody(payment: OrderView['payments'][number], currency: string) {
  const method = wireMethod(payment.method, payment.cardFunding);
  return {
    id: payment.paymentId,
    paymentId: payment.paymentId,
    method,
    paymentMethod: method,
    amount: major(Math.max(0, payment.allocatedMinor - payment.refundedMinor), currency),
    status: payment.status === 'PARTIALLY_REFUNDED' ? 'COMPLETED' : payment.status,
    ...present({ paidAt: payment.paidAt }),
  };
}

function itemBody(item: OrderView['items'][number], currency: string) {
  const price = major(item.unitMinor, currency);
  return {
    id: item.id,
    ...present({ menuItemId: item.menuItemId }),
    name: item.name,
    quantity: item.quantity,
    price,
    unitPrice: price,
    subtotal: major(item.subtotalMinor, currency),
    totalPrice: major(item.subtotalMinor, currency),
  };
}
