import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { listZReportRows } from '@/db/sql/z-reports';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { type ListPageInput, listPageInput } from './schemas';
import { toZReportView, type ZReportRow, type ZReportView } from './z-view';

/** The restaurant's Z-reports, newest first. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, CURSOR_INVALID */
export async function listZReports(ctx: ServiceContext, raw: ListPageInput): Promise<Page<ZReportView>> {
  const input = parseInput(listPageInput, raw);
  const below = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.int().min(1)]))[0];
  await authorizedRestaurant(ctx.db, ctx, 'drawer.read', input.restaurantId);
  const rows = await ctx.db.query<ZReportRow>(listZReportRows, [input.restaurantId, below, input.limit + 1]);
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.number]);
  return {
    items: page.map((row) => toZReportView(input.restaurantId, row)),
    nextCursor,
  };
}
