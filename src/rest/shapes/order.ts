import { countedMinor } from '@/services/legacy/bill-parts';
import { type GuestIdOf, orderItemBody, orderSums } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import type { OrderView } from '@/services/orders/view';
import { major } from '../money';

/** An order as the bill lists it: its parts are those of the bill as it is now (bill-parts.ts). */
export function billOrderBody(order: OrderView, guestIdOf: GuestIdOf) {
  const counted = countedMinor(order);
  return {
    orderId: order.id,
    id: order.id,
    orderNumber: order.orderNumber,
    status: order.status,
    placedBy: order.guestName ?? 'Guest',
    ...present({ guestSessionId: guestIdOf(order.guestPublicId) }),
    placedAt: order.placedAt,
    ...orderSums(order),
    payments: order.payments.map((payment) =>
      allocationBody(payment, counted.get(payment) ?? 0, order.currency),
    ),
    items: order.items.map((item) => orderItemBody(item, order.currency)),
  };
}

/**
 * v2 subtracts the `amount` of COMPLETED rows from the orders' totals by itself. So the amount is what counts for this order,
 * without the payer's tip, and a partly refunded payment counts as COMPLETED with what is left of it.
 */
function allocationBody(payment: OrderView['payments'][number], amountMinor: number, currency: string) {
  const method = wireMethod(payment.method, payment.cardFunding);
  return {
    id: payment.paymentId,
    paymentId: payment.paymentId,
    method,
    paymentMethod: method,
    amount: major(amountMinor, currency),
    status: payment.status === 'PARTIALLY_REFUNDED' ? 'COMPLETED' : payment.status,
    ...present({ paidAt: payment.paidAt }),
  };
}
