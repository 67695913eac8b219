import { orderBody } from '@/services/legacy/order-body';
import { type EventOf, guestIdFor, major, placeOf, type Source, statusOf, type WireEvent } from './common';

/** The platform changed an order; `order` is the whole of it as it is now. */
export function orderPayload(source: Source<EventOf<'order:created'>>): WireEvent {
  const { event, facts } = source;
  const order = facts.orders.get(event.orderId);
  return {
    name: event.type,
    payload: {
      ...placeOf(source),
      orderId: event.orderId,
      ...(order && {
        orderNumber: order.orderNumber,
        order: orderBody(order, (publicId) => guestIdFor(source, publicId)),
      }),
      ...statusOf(event),
      subtotal: major(event.subtotalMinor, event.currency),
      tax: major(event.taxMinor, event.currency),
      tip: major(event.tipMinor, event.currency),
      total: major(event.totalMinor, event.currency),
      totalAmount: major(event.totalMinor, event.currency),
      currency: event.currency,
    },
  };
}
