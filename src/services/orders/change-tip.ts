import { insertAudit } from '@/db/sql/audit';
import { lockOrders, readBill } from '@/db/sql/bill';
import { findOwnOpenPayment, readOrderReceived, setOrderTip } from '@/db/sql/orders';
import { upsertOrderState } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import { orderGross, orderPaymentState } from '@/domain/bill';
import { actorLabel, payerKey } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { assertCashAmount } from '../payments/card-amount';
import type { BillRow } from '../payments/plan';
import { sessionClosed } from '../table-sessions/session';
import { readOrderView } from './get';
import { type ChangeOrderTipInput, changeOrderTipInput } from './schemas';
import type { OrderView } from './view';

/**
 * Changes the order's own tip, a part of its bill, until a part of that is paid or held by an open payment. By the guest who
 * ordered, or the restaurant; of an order that is nobody's in particular, by whoever may pay it. While the caller's own open
 * payment is what holds it, `details.ownPaymentId` names it: the tip of that payment can be changed instead.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, ILLEGAL_TRANSITION,
 *   AMOUNT_ABOVE_MAXIMUM, IDEMPOTENCY_KEY_REUSED
 */
export async function changeOrderTip(ctx: ServiceContext, raw: ChangeOrderTipInput): Promise<OrderView> {
  const { idempotencyKey, ...input } = parseInput(changeOrderTipInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'order.changeTip');
  const operation = operationKey(ctx.actor, 'orders.changeTip', idempotencyKey, input);
  await ctx.db.transaction(async (tx) => {
    await tx.query(lockOrders, [[input.orderId]]);
    const [order] = await tx.query<BillRow>(readBill, [[input.orderId], ctx.clock.now()]);
    if (!order) throw notVisible('Order');
    const isNobodys = order.guestSessionId === null && order.customerId === null;
    authorize(ctx.actor, isNobodys ? 'payment.create' : 'order.changeTip', order, 'Order');
    await once(tx, operation, async () => {
      await change(tx, ctx, order, input.tipMinor);
      return { orderId: order.orderId };
    });
  });
  return readOrderView(ctx, input.orderId);
}

async function change(tx: Tx, ctx: ServiceContext, order: BillRow, tipMinor: number): Promise<void> {
  if (order.sessionClosed) throw sessionClosed();
  if (order.cancelled)
    throw new ServiceError('ORDER_CANCELLED', 'This order was cancelled: there is nothing to tip.');
  if (tipMinor === order.tipMinor) return;
  if (order.capturedMinor > 0 || order.heldMinor > 0) throw await tooLate(tx, ctx, order);
  assertCashAmount(order.subtotalMinor + order.taxMinor + tipMinor);
  const received = await tx.one<{ capturedMinor: number; refundedMinor: number }>(readOrderReceived, [
    order.orderId,
  ]);
  await tx.query(setOrderTip, [order.orderId, tipMinor]);
  await tx.query(upsertOrderState, [
    order.orderId,
    order.restaurantId,
    orderPaymentState({ grossMinor: orderGross({ ...order, tipMinor }), ...received }),
  ]);
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    'order.tip_changed',
    'order',
    order.orderId,
    order.restaurantId,
    JSON.stringify({ fromMinor: order.tipMinor, toMinor: tipMinor }),
    ctx.request.id,
  ]);
}

async function tooLate(tx: Tx, ctx: ServiceContext, order: BillRow): Promise<ServiceError> {
  const isPaid = order.capturedMinor > 0;
  const own = isPaid
    ? null
    : await tx.maybeOne<{ id: string }>(findOwnOpenPayment, [payerKey(ctx.actor), order.orderId]);
  return new ServiceError(
    'ILLEGAL_TRANSITION',
    isPaid
      ? 'A part of this order is paid: its tip stays. Tip with the next payment instead.'
      : 'This order is being paid: its tip stays. Change the tip of the payment, or cancel that first.',
    {
      details: {
        reason: isPaid ? 'PAID' : 'HELD',
        ownPaymentId: own?.id ?? null,
        tipMinor: order.tipMinor,
      },
    },
  );
}
