import type { Prisma } from '@/generated/prisma/client';
import type { ServiceContext } from '../context';
import type { RefundView } from './schemas';

/** What a view needs beside the refund's own columns. */
export const REFUND_INCLUDE = {
  payment: { select: { currency: true, provider: true } },
} as const satisfies Prisma.PaymentRefundInclude;
export type RefundViewRow = Prisma.PaymentRefundGetPayload<{ include: typeof REFUND_INCLUDE }>;

/** One refund for a caller who was authorised already. */
export async function readRefundView(ctx: ServiceContext, refundId: string): Promise<RefundView> {
  return toRefundView(
    await ctx.prisma.paymentRefund.findUniqueOrThrow({ where: { id: refundId }, include: REFUND_INCLUDE }),
  );
}

export function toRefundView(row: RefundViewRow): RefundView {
  return {
    id: row.id,
    paymentId: row.paymentId,
    restaurantId: row.restaurantId,
    currency: row.payment.currency,
    method: row.payment.provider === 'CASH' ? 'CASH' : 'CARD',
    refundMinor: row.refundMinor,
    tipRefundMinor: row.tipRefundMinor,
    taxRefundMinor: row.taxRefundMinor,
    reducesBill: row.reducesBill,
    status: row.status,
    reason: row.reason,
    failureReason: row.failureReason,
    requestedBy: row.requestedBy,
    processedAt: row.processedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
