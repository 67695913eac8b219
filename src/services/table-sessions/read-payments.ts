import type { Prisma } from '@/generated/prisma/client';
import type { ServiceContext } from '../context';
import { ALLOCATION_INCLUDE, allocatedMinor } from '../payments/allocated';
import { fieldsOf, toView, VIEW_INCLUDE } from '../payments/read-view';
import type { PaymentView } from '../payments/view';
import { withRefunds } from '../payments/with-refunds';
import type { TablePaymentView } from './view';

const INCLUDE = { ...VIEW_INCLUDE, ...ALLOCATION_INCLUDE } as const satisfies Prisma.PaymentInclude;
type Row = Prisma.PaymentGetPayload<{ include: typeof INCLUDE }>;

// More than any table ever has; a bound, not a page.
const MAX_PAYMENTS = 500;

/** The payments of a session that the caller may read, newest first. */
export async function readSessionPayments(
  ctx: ServiceContext,
  tableSessionId: string,
): Promise<TablePaymentView[]> {
  const rows = await ctx.prisma.payment.findMany({
    where: { tableSessionId },
    include: INCLUDE,
    orderBy: { id: 'desc' },
    take: MAX_PAYMENTS,
  });
  return withRefunds(
    ctx,
    rows.map((row) => ({
      ...toView(fieldsOf(row), ctx.actor, ctx.settings.publicUrl),
      orders: ordersOf(row),
    })),
  );
}

/** A payment that was read already, with the orders that it covers. */
export async function readTablePayment(ctx: ServiceContext, payment: PaymentView): Promise<TablePaymentView> {
  const paymentAllocations = await ctx.prisma.paymentAllocation.findMany({
    where: { paymentId: payment.id },
    orderBy: { orderId: 'asc' },
  });
  return { ...payment, orders: ordersOf({ paymentAllocations }) };
}

function ordersOf(row: Pick<Row, 'paymentAllocations'>): TablePaymentView['orders'] {
  return row.paymentAllocations.map((part) => ({
    orderId: part.orderId,
    allocatedMinor: allocatedMinor(part),
    refundedMinor: part.refundedMinor,
  }));
}
