import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { literally } from '@/db/like';
import type { Prisma } from '@/generated/prisma/client';
import type { Actor } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { actorNames } from './actor-names';
import { type AuditEntryView, type ListAuditInput, listAuditInput } from './schemas';

/**
 * What people and machines did beside payments, newest first, page by page. Owners see what concerns their restaurants;
 * sign-ins and the like concern none and are for admins. A payment's own history is `payments.history`.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listAudit(ctx: ServiceContext, raw: ListAuditInput): Promise<Page<AuditEntryView>> {
  const input = parseInput(listAuditInput, raw);
  const scope = scopeOf(ctx.actor, input.restaurantId);
  const before = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  // Ids are made in the order of time.
  const rows = await ctx.prisma.auditEntry.findMany({
    where: { AND: [scope, filterOf(input), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  const names = await actorNames(
    ctx,
    page.map((row) => row.actor),
  );
  return {
    items: page.map((row) => ({
      id: row.id,
      at: row.createdAt.toISOString(),
      actor: row.actor,
      actorName: names.get(row.actor) ?? null,
      action: row.action,
      subjectType: row.subjectType,
      subjectId: row.subjectId,
      restaurantId: row.restaurantId,
      details: row.details as AuditEntryView['details'],
      requestId: row.requestId,
    })),
    nextCursor,
  };
}

function scopeOf(actor: Actor, restaurantId: string | undefined): Prisma.AuditEntryWhereInput {
  if (actor.kind === 'anonymous') return refuseStranger(actor, 'audit.read');
  if (restaurantId !== undefined) {
    authorize(actor, 'audit.read', { restaurantId }, 'Restaurant');
    return { restaurantId };
  }
  if (actor.kind === 'admin' || actor.kind === 'system') return {};
  const owned =
    actor.kind === 'member'
      ? actor.memberships.filter(({ role }) => role === 'OWNER')
      : refuseStranger(actor, 'audit.read');
  if (owned.length === 0) return refuseStranger(actor, 'audit.read');
  return { restaurantId: { in: owned.map((membership) => membership.restaurantId) } };
}

function filterOf(input: z.output<typeof listAuditInput>): Prisma.AuditEntryWhereInput {
  const { action, actor, subjectType, subjectId, from, to } = input;
  return {
    // Prisma takes both texts for patterns of LIKE.
    ...(action !== undefined && { action: { startsWith: literally(action) } }),
    ...(actor !== undefined && { OR: [{ actor }, { actor: { endsWith: literally(`:${actor}`) } }] }),
    ...(subjectType !== undefined && { subjectType }),
    ...(subjectId !== undefined && { subjectId }),
    ...((from || to) && { createdAt: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
  };
}
