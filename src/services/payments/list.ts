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
import type { ListedPayment, Page } from './view';
import { withPlaces } from './with-places';
import { withRefunds } from './with-refunds';

/**
 * Payments that the actor may see, newest first, page by page. The key is the id: UUIDv7 sorts by time and never ties.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listPayments(
  ctx: ServiceContext,
  raw: ListPaymentsInput,
): Promise<Page<ListedPayment>> {
  const input = parseInput(listPaymentsInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const where: Prisma.PaymentWhereInput = {
    AND: [
      scopeOf(ctx.actor, input.restaurantId),
      {
        ...(input.tableSessionId === undefined ? {} : { tableSessionId: input.tableSessionId }),
        ...(input.orderId === undefined ? {} : { paymentAllocations: { some: { orderId: input.orderId } } }),
        ...(input.splitGroupId === undefined ? {} : { splitGroupId: input.splitGroupId }),
        ...(input.search === undefined ? {} : searchedFor(input.search)),
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
    items: await withPlaces(
      ctx,
      await withRefunds(
        ctx,
        page.map((row) => toView(row, ctx.actor, ctx.settings.publicUrl)),
      ),
    ),
    nextCursor: rows.length > input.limit && last ? encodeCursor([last.id]) : null,
  };
}

/** Ids are compared as a range: text that could begin a UUID lies between itself filled up with 0 and with f. */
function searchedFor(text: string): Prisma.PaymentWhereInput {
  const hex = text.toLowerCase().replaceAll('-', '');
  // The database's own wildcards mean themselves.
  const literal = text.replace(/[\\%_]/g, '\\$&');
  const couldBeId = /^[0-9a-f]{4,32}$/.test(hex);
  return {
    OR: [
      { receiptNumber: { startsWith: literal } },
      { paymentAllocations: { some: { order: { orderNumber: { startsWith: literal } } } } },
      ...(couldBeId ? [{ id: { gte: asUuid(hex.padEnd(32, '0')), lte: asUuid(hex.padEnd(32, 'f')) } }] : []),
    ],
  };
}

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
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
