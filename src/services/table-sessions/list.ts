import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { listStaffSessions } from '@/db/sql/staff-sessions';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type ListTableSessionsInput, listTableSessionsInput } from './schemas';
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
  matchingCount: number;
  activeCount: number;
};

const MINUTE_MS = 60_000;
/** Without a wish for more: every session of a list is summed up. */
const DEFAULT_DAYS_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * Sessions of the caller's restaurants with what staff look at, newest first, page by page; of the last 30 days unless
 * `createdFrom` says otherwise. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
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
  const rows = await ctx.db.query<Row>(listStaffSessions, [
    restaurants,
    now,
    input.status ?? null,
    input.tableId ?? null,
    input.createdFrom ?? new Date(now.getTime() - DEFAULT_DAYS_MS),
    input.createdTo ?? null,
    input.needsAttention,
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
    updatedAt: row.updatedAt.toISOString(),
  };
}
