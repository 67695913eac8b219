import type { OrderPaymentState } from '@/domain/bill';
import { isOpen } from '@/domain/payment/status';
import type { Prisma } from '@/generated/prisma/client';
import type { ServiceContext } from '../context';
import { allocatedMinor } from '../payments/allocated';
import type { OrderAllocationView, OrderView } from './view';

const INCLUDE = {
  orderItems: { orderBy: { line: 'asc' } },
  orderPaymentState: true,
  guestSession: { select: { publicId: true, name: true } },
  paymentAllocations: {
    where: { payment: { status: { not: 'CANCELLED' } } },
    include: { payment: { include: { session: { select: { publicId: true } } } } },
    orderBy: { paymentId: 'asc' },
  },
} as const satisfies Prisma.OrderInclude;
type Row = Prisma.OrderGetPayload<{ include: typeof INCLUDE }>;

/**
 * Orders with lines and payments, by round, then as they were placed, all as of one moment: what an order has received and
 * the payments that say so belong together.
 */
export async function readOrders(ctx: ServiceContext, where: Prisma.OrderWhereInput): Promise<OrderView[]> {
  const [rows] = await ctx.prisma.$transaction(
    [
      ctx.prisma.order.findMany({
        where,
        include: INCLUDE,
        orderBy: [{ roundNumber: 'asc' }, { placedAt: 'asc' }, { id: 'asc' }],
      }),
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  return rows.map(toOrderView);
}

function toOrderView(row: Row): OrderView {
  const state = row.orderPaymentState;
  const adjustmentMinor =
    state === null ? 0 : state.adjustedSubtotalMinor + state.adjustedTaxMinor + state.adjustedTipMinor;
  const totalMinor = Math.max(0, row.subtotalMinor + row.taxMinor + row.tipMinor + adjustmentMinor);
  const paidMinor = state === null ? 0 : Number(state.capturedMinor - state.refundedMinor);
  const isCancelled = row.status === 'CANCELLED';
  const remainingMinor = isCancelled ? 0 : Math.max(0, totalMinor - paidMinor);
  const payments = row.paymentAllocations.map(toAllocationView);
  const changedAt = Math.max(row.updatedAt.getTime(), state?.updatedAt.getTime() ?? 0);
  return {
    id: row.id,
    orderNumber: row.orderNumber,
    restaurantId: row.restaurantId,
    tableId: row.tableId,
    tableSessionId: row.tableSessionId,
    customerId: row.customerId,
    guestPublicId: row.guestSession?.publicId ?? null,
    guestName: row.guestSession?.name ?? null,
    status: row.status as OrderView['status'],
    roundNumber: row.roundNumber,
    currency: row.currency,
    subtotalMinor: row.subtotalMinor,
    taxMinor: row.taxMinor,
    tipMinor: row.tipMinor,
    adjustmentMinor,
    totalMinor,
    paymentState: (state?.state ?? 'UNPAID') as OrderPaymentState,
    paidMinor,
    heldMinor: payments
      .filter((payment) => isOpen(payment.status))
      .reduce((sum, payment) => sum + payment.allocatedMinor, 0),
    remainingMinor,
    isPaid: !isCancelled && remainingMinor === 0,
    items: row.orderItems.map(({ id, menuItemId, name, quantity, unitMinor, subtotalMinor }) => ({
      id,
      menuItemId,
      name,
      quantity,
      unitMinor,
      subtotalMinor,
    })),
    payments,
    placedAt: row.placedAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: new Date(changedAt).toISOString(),
  };
}

function toAllocationView(part: Row['paymentAllocations'][number]): OrderAllocationView {
  const { payment } = part;
  return {
    paymentId: payment.id,
    method: payment.method,
    cardFunding: payment.cardFunding,
    status: payment.status,
    allocatedMinor: allocatedMinor(part),
    refundedMinor: part.refundedMinor,
    guestPublicId: payment.session?.publicId ?? null,
    paidAt: payment.completedAt?.toISOString() ?? null,
  };
}
