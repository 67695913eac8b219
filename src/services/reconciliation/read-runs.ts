import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { ItemClass, Severity, Way } from '@/domain/reconciliation/verdict';
import { wordsOf } from '@/domain/reconciliation/words';
import type { Prisma, ReconciliationRun } from '@/generated/prisma/client';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import {
  type GetRunInput,
  getRunInput,
  type ItemView,
  type ListItemsInput,
  type ListRunsInput,
  listItemsInput,
  listRunsInput,
  type RunView,
  type WayTotal,
} from './schemas';
import { ownScope } from './scope';

/**
 * The runs that the actor may see, newest first.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listRuns(ctx: ServiceContext, raw: ListRunsInput): Promise<Page<RunView>> {
  const input = parseInput(listRunsInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  const rows = await ctx.prisma.reconciliationRun.findMany({
    where: { AND: [ownScope(ctx.actor, input.restaurantId), after === null ? {} : { id: { lt: after } }] },
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  return {
    items: page.map(toRunView),
    nextCursor,
  };
}

/** One run with its totals. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function getRun(ctx: ServiceContext, raw: GetRunInput): Promise<RunView> {
  const { runId } = parseInput(getRunInput, raw);
  return toRunView(await authorizedRun(ctx, runId));
}

/**
 * What a run found unmatched, in the order found.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listItems(ctx: ServiceContext, raw: ListItemsInput): Promise<Page<ItemView>> {
  const input = parseInput(listItemsInput, raw);
  const after = input.cursor === undefined ? 0 : decodeCursor(input.cursor, z.tuple([z.int().min(0)]))[0];
  await authorizedRun(ctx, input.runId);
  const rows = await ctx.prisma.reconciliationItem.findMany({
    where: {
      runId: input.runId,
      number: { gt: after },
      ...(input.way === undefined ? {} : { way: input.way }),
      ...(input.class === undefined ? {} : { class: input.class }),
    },
    orderBy: { number: 'asc' },
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [Number(last.number)]);
  return {
    items: page.map(toItemView),
    nextCursor,
  };
}

/** A run by its id. The caller has authorized already. */
export async function readRun(ctx: ServiceContext, runId: string): Promise<RunView> {
  return toRunView(await ctx.prisma.reconciliationRun.findUniqueOrThrow({ where: { id: runId } }));
}

async function authorizedRun(ctx: ServiceContext, runId: string): Promise<ReconciliationRun> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.read');
  const run = await ctx.prisma.reconciliationRun.findUnique({ where: { id: runId } });
  if (!run) throw notVisible('Run');
  authorize(ctx.actor, 'reconciliation.read', run, 'Run');
  return run;
}

function toRunView(row: ReconciliationRun): RunView {
  return {
    id: row.id,
    scope: row.scope as RunView['scope'],
    restaurantId: row.restaurantId,
    kind: row.kind as RunView['kind'],
    fromDay: day(row.fromDay),
    toDay: day(row.toDay),
    days: row.kind === 'INCREMENTAL' ? row.days.map(day) : null,
    changedSince: row.changedSince?.toISOString() ?? null,
    state: row.state as RunView['state'],
    asOf: row.asOf.toISOString(),
    requestedBy: row.requestedBy,
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    progress: row.progress,
    breakCount: row.breakCount,
    newCount: row.newCount,
    totals: row.totals as unknown as WayTotal[],
    failure: row.failure,
    createdAt: row.createdAt.toISOString(),
  };
}

function toItemView(row: Prisma.ReconciliationItemGetPayload<object>): ItemView {
  return {
    number: Number(row.number),
    way: row.way as Way,
    class: row.class as ItemClass,
    reason: row.reason,
    severity: row.severity as Severity,
    subject: row.subject,
    description: wordsOf(row.reason),
    day: day(row.day),
    restaurantId: row.restaurantId,
    paymentId: row.paymentId,
    orderId: row.orderId,
    currency: row.currency,
    oursMinor: row.oursMinor === null ? null : Number(row.oursMinor),
    theirsMinor: row.theirsMinor === null ? null : Number(row.theirsMinor),
    facts: row.facts as Record<string, unknown>,
    discrepancyId: row.discrepancyId,
  };
}

const day = (date: Date) => date.toISOString().slice(0, 10);
