import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { allocatedMinor } from './allocated';
import { fieldsOf, toView, VIEW_INCLUDE } from './read-view';
import { type OrderPaymentsInput, orderPaymentsInput } from './schemas';
import type { OrderPaymentView } from './view';
import { withRefunds } from './with-refunds';

const MAX_PAYMENTS = 500;

/**
 * Every payment that covers a part of an order, newest first: its own, and those of the table with the part allocated to it
 * (legacy-contract 3.4). @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function listOrderPayments(
  ctx: ServiceContext,
  raw: OrderPaymentsInput,
): Promise<OrderPaymentView[]> {
  const { orderId } = parseInput(orderPaymentsInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'order.read');
  const order = await ctx.prisma.order.findUnique({ where: { id: orderId } });
  if (!order) throw notVisible('Order');
  authorize(ctx.actor, 'order.read', order, 'Order');
  const parts = await ctx.prisma.paymentAllocation.findMany({
    where: { orderId },
    include: { payment: { include: VIEW_INCLUDE } },
    orderBy: { paymentId: 'desc' },
    take: MAX_PAYMENTS,
  });
  return withRefunds(
    ctx,
    parts.map((part) => ({
      ...toView(fieldsOf(part.payment), ctx.actor, ctx.settings.publicUrl),
      allocatedMinor: allocatedMinor(part),
      allocatedRefundedMinor: part.refundedMinor,
    })),
  );
}
