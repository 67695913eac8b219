import { z } from 'zod';
import { decodeCursor, encodeCursor } from '@/db/cursor';
import type { Prisma } from '@/generated/prisma/client';
import type { Actor } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { toView, VIEW_INCLUDE } from './read-view';
import { type ListPaymentsInput, listPaymentsInput } from './schemas';
import type { Page, PaymentView } from './view';

/**
 * Payments that the actor may see, newest first, page by page. The key is the id: UUIDv7 sorts by time and never ties.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listPayments(ctx: ServiceContext, raw: ListPaymentsInput): Promise<Page<PaymentView>> {
  const input = parseInput(listPaymentsInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const where: Prisma.PaymentWhereInput = {
    AND: [
      scopeOf(ctx.actor, input.restaurantId),
      {
        ...(input.tableSessionId === undefined ? {} : { tableSessionId: input.tableSessionId }),
        ...(input.orderId === undefined ? {} : { paymentAllocations: { some: { orderId: input.orderId } } }),
        ...(input.status === undefined ? {} : { status: { in: input.status } }),
        ...(input.method === undefined ? {} : { method: { in: input.method } }),
        createdAt: { gte: input.createdFrom, lt: input.createdTo },
        totalMinor: { gte: input.totalFromMinor, lte: input.totalToMinor },
        ...(after === null ? {} : { id: { lt: after } }),
      },
    ],
  };
  const rows = await ctx.prisma.payment.findMany({
    where,
    include: VIEW_INCLUDE,
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toView(row, ctx.actor, ctx.settings.publicUrl)),
    nextCursor: rows.length > input.limit && last ? encodeCursor([last.id]) : null,
  };
}

/** The tenant filter: part of every query, so that no filter of the caller can widen it. */
function scopeOf(actor: Actor, restaurantId: string | undefined): Prisma.PaymentWhereInput {
  const wanted = restaurantId === undefined ? {} : { restaurantId };
  switch (actor.kind) {
    case 'admin':
    case 'system':
      return wanted;
    case 'member': {
      const own = actor.memberships.map((m) => m.restaurantId);
      if (restaurantId !== undefined && !own.includes(restaurantId)) throw notVisible('Restaurant');
      return restaurantId === undefined ? { restaurantId: { in: own } } : wanted;
    }
    case 'customer':
      return {
        AND: [
          wanted,
          {
            OR: [
              { customerId: actor.userId },
              ...(actor.guest ? [{ tableSessionId: actor.guest.tableSessionId }] : []),
            ],
          },
        ],
      };
    case 'guest':
      return { AND: [wanted, { tableSessionId: actor.guest.tableSessionId }] };
    default:
      return refuseStranger(actor, 'payment.list');
  }
}
