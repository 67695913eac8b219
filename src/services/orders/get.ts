import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { readOrders } from './read-orders';
import { type GetOrderInput, getOrderInput } from './schemas';
import type { OrderView } from './view';

/** One order with its lines, its payments and what is left to pay. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getOrder(ctx: ServiceContext, raw: GetOrderInput): Promise<OrderView> {
  const { orderId } = parseInput(getOrderInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'order.read');
  const owner = await ctx.prisma.order.findUnique({
    where: { id: orderId },
    select: { restaurantId: true, tableSessionId: true, guestSessionId: true, customerId: true },
  });
  if (!owner) throw notVisible('Order');
  authorize(ctx.actor, 'order.read', owner, 'Order');
  return readOrderView(ctx, orderId);
}

/** The same for a caller who was authorised already. @throws ServiceError NOT_VISIBLE */
export async function readOrderView(ctx: ServiceContext, orderId: string): Promise<OrderView> {
  const [order] = await readOrders(ctx, { id: orderId });
  if (!order) throw notVisible('Order');
  return order;
}
