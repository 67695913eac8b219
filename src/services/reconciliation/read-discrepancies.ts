import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { Severity, Way } from '@/domain/reconciliation/verdict';
import type { Discrepancy } from '@/generated/prisma/client';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import {
  type DiscrepancyDetailView,
  type DiscrepancyView,
  type GetDiscrepancyInput,
  getDiscrepancyInput,
  type ListDiscrepanciesInput,
  listDiscrepanciesInput,
} from './schemas';
import { ownScope } from './scope';

/**
 * The discrepancies that runs and events found at the actor's restaurants, newest first.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listDiscrepancies(
  ctx: ServiceContext,
  raw: ListDiscrepanciesInput,
): Promise<Page<DiscrepancyView>> {
  const input = parseInput(listDiscrepanciesInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const { state, type, severity, way, paymentId, assignedTo } = input;
  const rows = await ctx.prisma.discrepancy.findMany({
    where: {
      AND: [
        ownScope(ctx.actor, input.restaurantId),
        {
          ...(state === undefined ? {} : { state }),
          ...(type === undefined ? {} : { type }),
          ...(severity === undefined ? {} : { severity }),
          ...(way === undefined ? {} : { way }),
          ...(paymentId === undefined ? {} : { paymentId }),
          ...(assignedTo === undefined ? {} : { assignedTo: assignedTo === 'nobody' ? null : assignedTo }),
        },
        after === null ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  return {
    items: page.map(toView),
    nextCursor,
  };
}

/**
 * One of them with its facts and what was done about it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getDiscrepancy(
  ctx: ServiceContext,
  raw: GetDiscrepancyInput,
): Promise<DiscrepancyDetailView> {
  const { discrepancyId } = parseInput(getDiscrepancyInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.read');
  const row = await ctx.prisma.discrepancy.findUnique({
    where: { id: discrepancyId },
    include: { actions: { orderBy: { id: 'asc' } } },
  });
  if (!row) throw notVisible('Discrepancy');
  authorize(ctx.actor, 'reconciliation.read', row, 'Discrepancy');
  return {
    ...toView(row),
    runId: row.runId,
    facts: row.facts as Record<string, unknown> | null,
    actions: row.actions.map((one) => ({
      id: one.id,
      action: one.action,
      actor: one.actor,
      reason: one.reason,
      details: one.details as Record<string, unknown>,
      createdAt: one.createdAt.toISOString(),
    })),
  };
}

function toView(row: Discrepancy): DiscrepancyView {
  const number = (amount: bigint | null) => (amount === null ? null : Number(amount));
  return {
    id: row.id,
    type: row.type as DiscrepancyView['type'],
    reason: row.reason,
    severity: row.severity as Severity,
    state: row.state as DiscrepancyView['state'],
    way: row.way as Way | null,
    day: row.day?.toISOString().slice(0, 10) ?? null,
    restaurantId: row.restaurantId,
    paymentId: row.paymentId,
    orderId: row.orderId,
    currency: row.currency,
    expectedMinor: number(row.expectedMinor),
    actualMinor: number(row.actualMinor),
    description: row.description,
    assignedTo: row.assignedTo,
    resolution: row.resolution as DiscrepancyView['resolution'],
    resolvedBy: row.resolvedBy,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
