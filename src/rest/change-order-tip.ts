import { ServiceError } from '@/services/errors';
import { orderBody } from '@/services/legacy/order-body';
import { changeOrderTip, getOrder } from '@/services/orders';
import type { OrderView } from '@/services/orders/view';
import { changeTip } from '@/services/payments';
import { type Answer, ok, type RestCall } from './call';
import { requiredMinorOf } from './money';
import { guestIds } from './shapes/guest-ids';

/**
 * `PATCH /orders/:id/tip`. The screen asks for it while its own payment of the order is open, which holds the order as it
 * is: then that payment's tip takes the difference, and the order is shown with what the guest will pay.
 */
export async function changeOrdersTip({ ctx, params, body, idempotencyKey }: RestCall): Promise<Answer> {
  const orderId = params.orderId ?? '';
  const order = await getOrder(ctx, { orderId });
  const tipMinor = requiredMinorOf(body.tipAmount, order.currency, 'tipAmount');
  try {
    return await shown(await changeOrderTip(ctx, { orderId, tipMinor, idempotencyKey }));
  } catch (error) {
    const paymentId = ownPaymentOf(error);
    if (paymentId === null || tipMinor < order.tipMinor) throw error;
    await changeTip(ctx, { paymentId, tipMinor: tipMinor - order.tipMinor, idempotencyKey });
    const addedMinor = tipMinor - order.tipMinor;
    return shown({ ...order, tipMinor, totalMinor: order.totalMinor + addedMinor });
  }

  async function shown(view: OrderView): Promise<Answer> {
    return ok(orderBody(view, await guestIds(ctx, [view])));
  }
}

function ownPaymentOf(error: unknown): string | null {
  if (!(error instanceof ServiceError) || error.code !== 'ILLEGAL_TRANSITION') return null;
  const { ownPaymentId } = error.details;
  return typeof ownPaymentId === 'string' ? ownPaymentId : null;
}
