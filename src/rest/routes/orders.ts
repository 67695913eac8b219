import { orderBody } from '@/services/legacy/order-body';
import { getOrder } from '@/services/orders';
import { listOrderPayments } from '@/services/payments';
import { ok, type RestCall, type Route } from '../call';
import { changeOrdersTip } from '../change-order-tip';
import { legacyList } from '../list';
import { major } from '../money';
import { guestIds } from '../shapes/guest-ids';
import { paymentBody } from '../shapes/payment';
import { splitTypes } from '../shapes/split-types';
import { startOrderPayment } from '../start-payment';

/** Orders and restaurants of legacy-contract 3.4. */
export const orderRoutes: readonly Route[] = [
  { method: 'GET', path: '/orders/:orderId', who: 'verb', plainErrors: 'guest', handle: oneOrder },
  { method: 'GET', path: '/orders/:orderId/payments', who: 'verb', handle: paymentsOfOrder },
  {
    method: 'POST',
    path: '/orders/:orderId/payments',
    who: 'verb',
    limit: 'payment',
    handle: (call) => startOrderPayment(call, call.params.orderId ?? ''),
  },
  { method: 'PATCH', path: '/orders/:orderId/tip', who: 'verb', handle: changeOrdersTip },
  { method: 'GET', path: '/restaurants/:restaurantId/payments', who: 'verb', handle: paymentsOfRestaurant },
  // v1 A with an empty id: all restaurants.
  { method: 'GET', path: '/restaurants/payments', who: 'admin', handle: paymentsOfRestaurant },
];

async function oneOrder({ ctx, params }: RestCall) {
  const order = await getOrder(ctx, { orderId: params.orderId ?? '' });
  return ok(orderBody(order, await guestIds(ctx, [order])));
}

/** Of a payment that covers more than this order, `amount` is this order's part: v2 R adds them up. */
async function paymentsOfOrder({ ctx, params }: RestCall) {
  const payments = await listOrderPayments(ctx, { orderId: params.orderId ?? '' });
  const guestIdOf = await guestIds(ctx, payments);
  const splitTypeOf = await splitTypes(ctx, payments);
  return ok(
    payments.map((payment) => ({
      ...paymentBody(payment, { guestIdOf, splitTypeOf }),
      ...(payment.scope === 'TABLE_SESSION'
        ? { amount: major(payment.allocatedMinor, payment.currency) }
        : {}),
    })),
  );
}

/** Guests get their own table's (decision 4). v1 R compares `method` with the coarse names, so R's tokens get those. */
async function paymentsOfRestaurant({ ctx, params, query }: RestCall) {
  const payments = await legacyList(ctx, query, params.restaurantId);
  const guestIdOf = await guestIds(ctx, payments);
  const splitTypeOf = await splitTypes(ctx, payments);
  const coarseMethod = ctx.actor.kind === 'member';
  return ok(payments.map((payment) => paymentBody(payment, { guestIdOf, coarseMethod, splitTypeOf })));
}
