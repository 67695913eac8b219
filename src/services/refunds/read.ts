import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { Prisma } from '@/generated/prisma/client';
import type { Actor } from '../actor';
import { actorNames } from '../audit/actor-names';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { REFUND_INCLUDE, toRefundView } from './read-view';
import {
  type GetRefundInput,
  getRefundInput,
  type ListedRefund,
  type ListRefundsInput,
  listRefundsInput,
  type RefundView,
} from './schemas';

/** One refund, for the restaurant and admins. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function getRefund(ctx: ServiceContext, raw: GetRefundInput): Promise<RefundView> {
  const { refundId } = parseInput(getRefundInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'refund.read');
  const row = await ctx.prisma.paymentRefund.findUnique({
    where: { id: refundId },
    include: {
      payment: {
        select: {
          ...REFUND_INCLUDE.payment.select,
          restaurantId: true,
          tableSessionId: true,
          sessionId: true,
          customerId: true,
        },
      },
    },
  });
  if (!row) throw notVisible('Refund');
  const { payment } = row;
  authorize(ctx.actor, 'refund.read', { ...payment, guestSessionId: payment.sessionId }, 'Refund');
  return toRefundView(row);
}

/**
 * Refunds of the actor's restaurants, newest first, page by page; ids are UUIDv7, so they sort by time and never tie.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listRefunds(ctx: ServiceContext, raw: ListRefundsInput): Promise<Page<ListedRefund>> {
  const input = parseInput(listRefundsInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const rows = await ctx.prisma.paymentRefund.findMany({
    where: {
      AND: [
        scopeOf(ctx.actor, input.restaurantId),
        {
          ...(input.paymentId === undefined ? {} : { paymentId: input.paymentId }),
          ...(input.status === undefined ? {} : { status: { in: input.status } }),
          createdAt: { gte: input.createdFrom, lt: input.createdTo },
          ...(after === null ? {} : { id: { lt: after } }),
        },
      ],
    },
    include: REFUND_INCLUDE,
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  const names = await actorNames(
    ctx,
    page.flatMap(({ requestedBy }) => requestedBy ?? []),
  );
  return {
    items: page.map((row) => ({
      ...toRefundView(row),
      requestedByName: names.get(row.requestedBy ?? '') ?? null,
    })),
    nextCursor,
  };
}

/** The tenant filter: part of every query, so that no filter of the caller can widen it. */
function scopeOf(actor: Actor, restaurantId: string | undefined): Prisma.PaymentRefundWhereInput {
  const wanted = restaurantId === undefined ? {} : { restaurantId };
  if (actor.kind === 'admin' || actor.kind === 'system') return wanted;
  if (actor.kind !== 'member') return refuseStranger(actor, 'refund.read');
  const own = actor.memberships.map((m) => m.restaurantId);
  if (restaurantId !== undefined && !own.includes(restaurantId)) throw notVisible('Restaurant');
  return restaurantId === undefined ? { restaurantId: { in: own } } : wanted;
}
