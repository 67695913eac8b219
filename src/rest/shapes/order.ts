import { type GuestIdOf, orderItemBody, orderSums } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import type { OrderView } from '@/services/orders/view';
import { major } from '../money';

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
    ...orderSums(order),
    payments: order.payments.map((payment) => allocationBody(payment, order.currency)),
    items: order.items.map((item) => orderItemBody(item, order.currency)),
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
