import type { ServiceContext } from '../context';
import type { RefundView } from './schemas';

/** One refund for a caller who was authorised already. */
export async function readRefundView(ctx: ServiceContext, refundId: string): Promise<RefundView> {
  const row = await ctx.prisma.paymentRefund.findUniqueOrThrow({ where: { id: refundId } });
  return {
    id: row.id,
    paymentId: row.paymentId,
    refundMinor: row.refundMinor,
    tipRefundMinor: row.tipRefundMinor,
    status: row.status,
    reason: row.reason,
    failureReason: row.failureReason,
    processedAt: row.processedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
