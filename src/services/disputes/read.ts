import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { Prisma } from '@/generated/prisma/client';
import type { Actor } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import {
  type DisputeDetailView,
  type DisputeView,
  type EvidenceFile,
  type GetDisputeInput,
  getDisputeInput,
  type ListDisputesInput,
  listDisputesInput,
} from './schemas';
import { DISPUTE_INCLUDE, toDisputeViews } from './view';

/** One dispute with what the restaurant has answered, for the restaurant and admins. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function getDispute(ctx: ServiceContext, raw: GetDisputeInput): Promise<DisputeDetailView> {
  const { disputeId } = parseInput(getDisputeInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'dispute.read');
  const row = await ctx.prisma.dispute.findUnique({
    where: { id: disputeId },
    include: {
      payment: { select: { orderId: true, tableSessionId: true, sessionId: true, customerId: true } },
      evidence: { orderBy: { id: 'asc' } },
    },
  });
  if (!row) throw notVisible('Dispute');
  const { tableSessionId, sessionId: guestSessionId, customerId } = row.payment;
  const resource = { restaurantId: row.restaurantId, tableSessionId, guestSessionId, customerId };
  authorize(ctx.actor, 'dispute.read', resource, 'Dispute');
  const [view] = await toDisputeViews(ctx, [row]);
  if (!view) throw notVisible('Dispute');
  return {
    ...view,
    evidence: row.evidence.map((one) => ({
      id: one.id,
      state: one.state,
      texts: one.texts as Record<string, string>,
      files: one.files as EvidenceFile[],
      failureReason: one.failureReason,
      submittedBy: one.submittedBy,
      createdAt: one.createdAt.toISOString(),
    })),
  };
}

/**
 * Disputes of the actor's restaurants, newest first, page by page.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listDisputes(ctx: ServiceContext, raw: ListDisputesInput): Promise<Page<DisputeView>> {
  const input = parseInput(listDisputesInput, raw);
  const after =
    input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.iso.datetime(), z.string()]));
  const rows = await ctx.prisma.dispute.findMany({
    where: {
      AND: [
        scopeOf(ctx.actor, input.restaurantId),
        {
          ...(input.paymentId === undefined ? {} : { paymentId: input.paymentId }),
          ...(input.isOpen === undefined ? {} : { closedAt: input.isOpen ? null : { not: null } }),
        },
        after === null
          ? {}
          : {
              OR: [
                { openedAt: { lt: new Date(after[0]) } },
                { openedAt: new Date(after[0]), id: { lt: after[1] } },
              ],
            },
      ],
    },
    include: DISPUTE_INCLUDE,
    orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.openedAt.toISOString(), last.id]);
  return {
    items: await toDisputeViews(ctx, page),
    nextCursor,
  };
}

/** The tenant filter: part of every query, so that no filter of the caller can widen it. */
function scopeOf(actor: Actor, restaurantId: string | undefined): Prisma.DisputeWhereInput {
  const wanted = restaurantId === undefined ? {} : { restaurantId };
  if (actor.kind === 'admin' || actor.kind === 'system') return wanted;
  if (actor.kind !== 'member') return refuseStranger(actor, 'dispute.read');
  const own = actor.memberships.map((m) => m.restaurantId);
  if (restaurantId !== undefined && !own.includes(restaurantId)) throw notVisible('Restaurant');
  return restaurantId === undefined ? { restaurantId: { in: own } } : wanted;
}
