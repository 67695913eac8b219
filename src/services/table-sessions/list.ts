import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { listStaffSessions, readStaffSession } from '@/db/sql/staff-sessions';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import {
  type ListTableSessionsInput,
  listTableSessionsInput,
  type TableSessionInput,
  tableSessionInput,
} from './schemas';
import { type SessionRow, toSessionView } from './session';
import { restaurantsOf } from './staff-scope';
import type { SessionAlertReason, StaffSessionPage, StaffSessionView } from './staff-view';

type Row = SessionRow & {
  createdKey: string;
  restaurantName: string;
  tableName: string;
  userCount: number;
  orderCount: number;
  lastOrderAt: Date | null;
  totalMinor: number;
  paidMinor: number;
  remainingMinor: number;
  reasons: SessionAlertReason[];
  lastActivityAt: Date;
};
type ListedRow = Row & { matchingCount: number; activeCount: number };

const MINUTE_MS = 60_000;
/** The period when `createdFrom` is absent. It bounds the work: every session of the period is summed. */
const DEFAULT_DAYS_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * The sessions of the caller's restaurants, newest first, page by page. Without `createdFrom`: of the last 30 days.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listTableSessions(
  ctx: ServiceContext,
  raw: ListTableSessionsInput,
): Promise<StaffSessionPage> {
  const input = parseInput(listTableSessionsInput, raw);
  const restaurants = restaurantsOf(ctx, input.restaurantId);
  const now = ctx.clock.now();
  const [createdKey, id] =
    input.cursor === undefined ? [null, null] : decodeCursor(input.cursor, z.tuple([z.string(), z.string()]));
  const rows = await ctx.db.query<ListedRow>(listStaffSessions, [
    restaurants,
    now,
    input.status ?? null,
    input.tableId ?? null,
    input.createdFrom ?? new Date(now.getTime() - DEFAULT_DAYS_MS),
    input.createdTo ?? null,
    input.needsAttention ?? null,
    input.totalFromMinor ?? null,
    input.totalToMinor ?? null,
    createdKey,
    id,
    input.limit + 1,
  ]);
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.createdKey, last.tableSessionId]);
  // Every row carries the counts of all.
  const [counted] = rows;
  return {
    items: page.map((row) => toStaffView(row, now)),
    matchingCount: counted?.matchingCount ?? 0,
    activeCount: counted?.activeCount ?? 0,
    nextCursor,
  };
}

/** One session, as in the list. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function getStaffSession(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<StaffSessionView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'tableSession.list');
  const now = ctx.clock.now();
  const row = await ctx.db.maybeOne<Row>(readStaffSession, [null, now, tableSessionId]);
  if (!row) throw notVisible('Table session');
  authorize(ctx.actor, 'tableSession.list', { restaurantId: row.restaurantId }, 'Table session');
  return toStaffView(row, now);
}

function toStaffView(row: Row, now: Date): StaffSessionView {
  const endMs = (row.closedAt ?? now).getTime();
  return {
    ...toSessionView(row, now),
    restaurantName: row.restaurantName,
    tableName: row.tableName,
    userCount: row.userCount,
    orderCount: row.orderCount,
    lastOrderAt: row.lastOrderAt?.toISOString() ?? null,
    durationMinutes: Math.max(0, Math.floor((endMs - row.createdAt.getTime()) / MINUTE_MS)),
    totalMinor: row.totalMinor,
    paidMinor: row.paidMinor,
    remainingMinor: row.remainingMinor,
    alertReasons: row.reasons,
    lastActivityAt: row.lastActivityAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
