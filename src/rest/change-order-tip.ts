import { ServiceError } from '@/services/errors';
import { orderBody } from '@/services/legacy/order-body';
import { changeOrderTip, getOrder } from '@/services/orders';
import type { OrderView } from '@/services/orders/view';
import { changeTip } from '@/services/payments';
import { type Answer, ok, type RestCall } from './call';
import { keepMeaning, knownMeaning } from './meaning';
import { requiredMinorOf } from './money';
import { guestIds } from './shapes/guest-ids';

/**
 * `PATCH /orders/:id/tip`. The screen asks for it while its own payment of the order is open, which holds the order as it
 * is: then that payment's tip takes the difference, and the order is shown with what the guest will pay.
 */
export async function changeOrdersTip(call: RestCall): Promise<Answer> {
  const { ctx, params, body, idempotencyKey } = call;
  const orderId = params.orderId ?? '';
  const order = await getOrder(ctx, { orderId });
  const tipMinor = requiredMinorOf(body.tipAmount, order.currency, 'tipAmount');
  const known = await knownMeaning<OnPayment>(call);
  if (known) return onPayment(known);
  try {
    return await shown(await changeOrderTip(ctx, { orderId, tipMinor, idempotencyKey }));
  } catch (error) {
    const paymentId = ownPaymentOf(error);
    if (paymentId === null || tipMinor < order.tipMinor) throw error;
    return onPayment(await keepMeaning(call, { paymentId, addedMinor: tipMinor - order.tipMinor }));
  }

  async function onPayment({ paymentId, addedMinor }: OnPayment): Promise<Answer> {
    await changeTip(ctx, { paymentId, tipMinor: addedMinor, idempotencyKey });
    const beforeMinor = order.totalMinor - order.tipMinor;
    return shown({ ...order, tipMinor, totalMinor: beforeMinor + tipMinor });
  }

  async function shown(view: OrderView): Promise<Answer> {
    return ok(orderBody(view, await guestIds(ctx, [view])));
  }
}

/** The tip that the guest's own payment takes on top of the order's. */
type OnPayment = { paymentId: string; addedMinor: number };

function ownPaymentOf(error: unknown): string | null {
  if (!(error instanceof ServiceError) || error.code !== 'ILLEGAL_TRANSITION') return null;
  const { ownPaymentId } = error.details;
  return typeof ownPaymentId === 'string' ? ownPaymentId : null;
}
