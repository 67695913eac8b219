import { isCaptured } from '@/domain/payment/status';
import type { Prisma } from '@/generated/prisma/client';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { isUuid } from '../ids';
import { parseInput } from '../parse';
import {
  type GetPaymentInput,
  getPaymentInput,
  type ReceiptByTokenInput,
  receiptByTokenInput,
} from './schemas';
import type { ReceiptView } from './view';

/**
 * The receipt of a payment that was taken, for those who may read the payment.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, PAYMENT_NOT_COMPLETED
 */
export async function getReceipt(ctx: ServiceContext, raw: GetPaymentInput): Promise<ReceiptView> {
  const { paymentId } = parseInput(getPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'receipt.read');
  const row = isUuid(paymentId)
    ? await ctx.prisma.payment.findUnique({ where: { id: paymentId }, include: PARTS })
    : null;
  if (!row) throw notVisible('Payment');
  const resource = {
    restaurantId: row.restaurantId,
    tableSessionId: row.tableSessionId,
    guestSessionId: row.sessionId,
    customerId: row.customerId,
  };
  authorize(ctx.actor, 'receipt.read', resource, 'Payment');
  return toReceipt(row, ctx.settings.publicUrl);
}

/**
 * The same by the link's token, without login, until the link expires; without what the staff wrote about refunds.
 * @throws ServiceError NOT_FOUND
 */
export async function getReceiptByToken(ctx: ServiceContext, raw: ReceiptByTokenInput): Promise<ReceiptView> {
  const { token } = parseInput(receiptByTokenInput, raw);
  const row = await ctx.prisma.payment.findUnique({ where: { receiptUrl: `/r/${token}` }, include: PARTS });
  if (!row?.receiptExpiresAt || row.receiptExpiresAt <= ctx.clock.now()) {
    throw new ServiceError(
      'NOT_FOUND',
      'This receipt link is unknown or has expired. Ask the restaurant for the receipt.',
    );
  }
  const receipt = toReceipt(row, ctx.settings.publicUrl);
  return { ...receipt, refunds: receipt.refunds.map((refund) => ({ ...refund, reason: null })) };
}

const PARTS = {
  restaurant: true,
  table: true,
  paymentRefunds: { where: { status: { not: 'FAILED' } }, orderBy: { createdAt: 'asc' } },
  paymentAllocations: {
    include: { order: { include: { orderItems: { orderBy: { line: 'asc' } } } } },
    orderBy: { orderId: 'asc' },
  },
} as const satisfies Prisma.PaymentInclude;
type Row = Prisma.PaymentGetPayload<{ include: typeof PARTS }>;

function toReceipt(row: Row, publicUrl: string): ReceiptView {
  if (
    !isCaptured(row.status) ||
    !row.receiptNumber ||
    !row.receiptUrl ||
    !row.receiptExpiresAt ||
    !row.completedAt
  ) {
    throw new ServiceError('PAYMENT_NOT_COMPLETED', 'There is a receipt once the payment is completed.');
  }
  const orders = row.paymentAllocations.map(({ order }) => order);
  const billMinor = orders.reduce((sum, o) => sum + o.subtotalMinor + o.taxMinor + o.tipMinor, 0);
  const coveredMinor = row.paymentAllocations.reduce(
    (sum, a) => sum + a.subtotalMinor + a.taxMinor + a.tipMinor,
    0,
  );
  return {
    number: row.receiptNumber,
    paymentId: row.id,
    businessDay: row.businessDay?.toISOString().slice(0, 10) ?? '',
    issuedAt: row.completedAt.toISOString(),
    restaurant: {
      name: row.restaurant.name,
      address: row.restaurant.address,
      timeZone: row.restaurant.timeZone,
      locale: row.restaurant.locale,
    },
    tableName: row.table?.name ?? null,
    currency: row.currency,
    orders: orders.map((order) => ({
      orderNumber: order.orderNumber,
      lines: order.orderItems.map((item) => ({
        name: item.name,
        quantity: item.quantity,
        unitMinor: item.unitMinor,
        subtotalMinor: item.subtotalMinor,
      })),
    })),
    partOfBill: coveredMinor < billMinor,
    subtotalMinor: row.amountMinor,
    taxMinor: row.taxMinor,
    tipMinor: row.tipMinor,
    totalMinor: row.totalMinor,
    refunds: row.paymentRefunds.map((refund) => ({
      refundedMinor: refund.refundMinor,
      reason: refund.reason,
      status: refund.status,
      createdAt: refund.createdAt.toISOString(),
    })),
    refundedMinor: row.refundedMinor,
    paidWith: paidWith(row),
    url: `${publicUrl}${row.receiptUrl}`,
    linkExpiresAt: row.receiptExpiresAt.toISOString(),
  };
}

function paidWith(row: Row): string {
  if (row.method === 'CASH') return 'Cash';
  const card = row.cardLast4 === null ? 'Card' : `${row.cardBrand ?? 'Card'} •••• ${row.cardLast4}`;
  return row.wallet === null ? card : `${row.wallet.replaceAll('_', ' ')} (${card})`;
}
