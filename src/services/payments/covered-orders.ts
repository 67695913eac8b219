import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { allocatedMinor } from './allocated';
import { findRow, viewResource } from './read-view';
import { type GetPaymentInput, getPaymentInput } from './schemas';

/** Which orders a payment covers, and how much of each. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getCoveredOrders(
  ctx: ServiceContext,
  raw: GetPaymentInput,
): Promise<{ orderId: string; allocatedMinor: number; refundedMinor: number }[]> {
  const { paymentId } = parseInput(getPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.read');
  authorize(ctx.actor, 'payment.read', viewResource(await findRow(ctx, paymentId)), 'Payment');
  const parts = await ctx.prisma.paymentAllocation.findMany({
    where: { paymentId },
    orderBy: { orderId: 'asc' },
  });
  return parts.map((part) => ({
    orderId: part.orderId,
    allocatedMinor: allocatedMinor(part),
    refundedMinor: part.refundedMinor,
  }));
}
