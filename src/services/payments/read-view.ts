import { readPaymentView } from '@/db/sql/read-view';
import { failureWords, UNKNOWN_DECLINE } from '@/domain/payment/failure-words';
import { isOpen } from '@/domain/payment/status';
import type { Prisma } from '@/generated/prisma/client';
import { type Actor, isHouse, payerKey } from '../actor';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';
import type { PaymentView } from './view';
import { withRefunds } from './with-refunds';

/** What a view needs beside the payment's own columns. */
export const VIEW_INCLUDE = {
  session: { select: { publicId: true } },
  restaurant: { select: { name: true } },
} as const satisfies Prisma.PaymentInclude;
export type ViewRow = Prisma.PaymentGetPayload<{ include: typeof VIEW_INCLUDE }>;
/** What a view shows of a payment: the rows of src/db/sql/read-view.ts. */
export type ViewFields = Pick<
  ViewRow,
  | 'id'
  | 'orderId'
  | 'restaurantId'
  | 'tableId'
  | 'tableSessionId'
  | 'sessionId'
  | 'payerKey'
  | 'customerId'
  | 'amountMinor'
  | 'taxMinor'
  | 'tipMinor'
  | 'totalMinor'
  | 'refundedMinor'
  | 'tipRefundMinor'
  | 'currency'
  | 'method'
  | 'provider'
  | 'status'
  | 'scope'
  | 'paymentIntentId'
  | 'transactionId'
  | 'clientSecret'
  | 'cardBrand'
  | 'cardLast4'
  | 'cardFunding'
  | 'wallet'
  | 'failureReason'
  | 'failureCode'
  | 'receiptNumber'
  | 'receiptUrl'
  | 'retryCount'
  | 'splitGroupId'
  | 'splitCalculationId'
  | 'businessDay'
  | 'createdAt'
  | 'updatedAt'
  | 'completedAt'
  | 'expiresAt'
> & { guestPublicId: string | null; restaurantName: string };

/** Reads one payment for a caller who was authorised already. @throws ServiceError NOT_VISIBLE */
export async function readView(ctx: ServiceContext, paymentId: string): Promise<PaymentView> {
  const row = isUuid(paymentId) ? await ctx.db.maybeOne<ViewFields>(readPaymentView, [paymentId]) : null;
  if (!row) throw notVisible('Payment');
  return fullView(ctx, row);
}

/** A row that Prisma read, as flat as those of src/db/sql/read-view.ts. */
export function fieldsOf(row: ViewRow): ViewFields {
  return { ...row, guestPublicId: row.session?.publicId ?? null, restaurantName: row.restaurant.name };
}

/** The view of a row with its newest refund. */
export async function fullView(ctx: ServiceContext, row: ViewFields): Promise<PaymentView> {
  const view = toView(row, ctx.actor, ctx.settings.publicUrl);
  return (await withRefunds(ctx, [view]))[0] ?? view;
}

/** One payment's row. A malformed id belongs to nothing (decision 3). @throws ServiceError NOT_VISIBLE */
export async function findRow(ctx: ServiceContext, paymentId: string): Promise<ViewRow> {
  const row = isUuid(paymentId)
    ? await ctx.prisma.payment.findUnique({ where: { id: paymentId }, include: VIEW_INCLUDE })
    : null;
  if (!row) throw notVisible('Payment');
  return row;
}

/**
 * The payment as this actor may see it: the client secret only for the payer, and only while it can still be paid; table
 * mates see what is paid and held, not by which card or account. Refunds are added by with-refunds.ts.
 */
export function toView(row: ViewFields, actor: Actor, publicUrl: string): PaymentView {
  const isPayer = payerKey(actor) === row.payerKey;
  const isFull = isPayer || !isTableMate(actor, row);
  return {
    id: row.id,
    orderId: row.orderId,
    restaurantId: row.restaurantId,
    restaurantName: row.restaurantName,
    tableId: row.tableId,
    tableSessionId: row.tableSessionId,
    guestPublicId: row.guestPublicId,
    customerId: isFull ? row.customerId : null,
    subtotalMinor: row.amountMinor,
    taxMinor: row.taxMinor,
    tipMinor: row.tipMinor,
    totalMinor: row.totalMinor,
    refundedMinor: row.refundedMinor,
    tipRefundedMinor: row.tipRefundMinor,
    refundId: null,
    refundReason: null,
    currency: row.currency,
    method: row.method,
    provider: row.provider,
    status: row.status,
    scope: row.scope === 'TABLE_SESSION' ? 'TABLE_SESSION' : 'ORDER',
    paymentIntentId: isFull ? row.paymentIntentId : null,
    transactionId: isFull ? row.transactionId : null,
    clientSecret: isPayer && isOpen(row.status) ? row.clientSecret : null,
    cardBrand: isFull ? row.cardBrand : null,
    cardLast4: isFull ? row.cardLast4 : null,
    cardFunding: isFull ? row.cardFunding : null,
    wallet: isFull ? row.wallet : null,
    failureReason: isFull ? row.failureReason : null,
    staffFailureReason: isHouse(actor, row.restaurantId) ? staffWords(row) : null,
    receiptNumber: row.receiptNumber,
    receiptUrl: row.receiptUrl === null ? null : `${publicUrl}${row.receiptUrl}`,
    retryCount: row.retryCount,
    splitGroupId: row.splitGroupId,
    splitCalculationId: row.splitCalculationId,
    businessDay: row.businessDay?.toISOString().slice(0, 10) ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}

/** By the code, which is stored; only what a guest may read is stored in words. */
function staffWords(row: ViewFields): string | null {
  if (row.failureReason === null) return null;
  return (failureWords(row.failureCode) ?? UNKNOWN_DECLINE).staff;
}

/** Of those who may read the payment: whoever only sits at its table, wherever they work. */
function isTableMate(actor: Actor, row: ViewFields): boolean {
  if (actor.kind === 'guest') return actor.guest.guestSessionId !== row.sessionId;
  if (!(actor.kind === 'customer' || actor.kind === 'member') || isHouse(actor, row.restaurantId))
    return false;
  return actor.userId !== row.customerId && actor.guest?.guestSessionId !== row.sessionId;
}

/** Whose payment it is, for authorize(). */
export function viewResource(row: ViewRow) {
  return {
    restaurantId: row.restaurantId,
    tableSessionId: row.tableSessionId,
    guestSessionId: row.sessionId,
    customerId: row.customerId,
  };
}
