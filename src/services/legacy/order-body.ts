import { toMajorNumber } from '@/domain/money';
import type { OrderView } from '../orders/view';
import { billParts } from './bill-parts';
import { present } from './present';

/** The id that a guest has on the legacy wire, by public id. Undefined: no guest. */
export type GuestIdOf = (publicId: string | null) => string | undefined;

/**
 * A whole order, as REST and Socket.IO send it. C maps `items` and computes with the amounts: numbers in major units.
 * `status` is the order's lifecycle; `paymentStatus` says what is paid.
 */
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
    ...orderSums(order),
    items: order.items.map((item) => orderItemBody(item, currency)),
    placedAt: order.placedAt,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

export function orderSums(order: OrderView) {
  const { currency } = order;
  const { subtotalMinor, taxMinor, tipMinor } = order.status === 'CANCELLED' ? order : billParts(order);
  return {
    subtotal: toMajorNumber(subtotalMinor, currency),
    tax: toMajorNumber(taxMinor, currency),
    tip: toMajorNumber(tipMinor, currency),
    total: toMajorNumber(order.totalMinor, currency),
    isPaid: order.isPaid,
    paidAmount: toMajorNumber(order.paidMinor, currency),
    remainingAmount: toMajorNumber(order.remainingMinor, currency),
  };
}

export function orderItemBody(item: OrderView['items'][number], currency: string) {
  const price = toMajorNumber(item.unitMinor, currency);
  const subtotal = toMajorNumber(item.subtotalMinor, currency);
  return {
    id: item.id,
    ...present({ menuItemId: item.menuItemId }),
    // C reads `menuItem.name` of every line without a check.
    menuItem: { id: item.menuItemId ?? item.id, name: item.name, price },
    name: item.name,
    quantity: item.quantity,
    price,
    unitPrice: price,
    subtotal,
    totalPrice: subtotal,
  };
}
