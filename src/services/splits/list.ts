import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { Prisma } from '@/generated/prisma/client';
import type { Actor } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { GROUP_INCLUDE, toGroupView } from './read-group';
import { type ListSplitsInput, listSplitsInput } from './schemas';
import type { SplitGroupView } from './view';

/**
 * Groups of a restaurant, or of all that the caller works for, newest first. The key is the id: UUIDv7 sorts by time.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listSplits(ctx: ServiceContext, raw: ListSplitsInput): Promise<Page<SplitGroupView>> {
  const input = parseInput(listSplitsInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const rows = await ctx.prisma.splitGroup.findMany({
    where: {
      ...scopeOf(ctx.actor, input.restaurantId),
      ...(input.state === undefined ? {} : { state: { in: input.state } }),
      ...(after === null ? {} : { id: { lt: after } }),
    },
    include: GROUP_INCLUDE,
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  return {
    items: page.map((row) => toGroupView(ctx, row)),
    nextCursor,
  };
}

/** The tenant filter: part of every query, so that no filter of the caller can widen it. */
function scopeOf(actor: Actor, restaurantId: string | undefined): Prisma.SplitGroupWhereInput {
  if (restaurantId !== undefined) {
    authorize(actor, 'split.list', { restaurantId }, 'Restaurant');
    return { restaurantId };
  }
  if (actor.kind === 'admin') return {};
  if (actor.kind !== 'member') refuseStranger(actor, 'split.list');
  return { restaurantId: { in: actor.memberships.map((m) => m.restaurantId) } };
}
