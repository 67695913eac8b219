import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { listDrawerSessions } from '@/db/sql/drawers';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { type CurrentDrawerInput, currentDrawerInput, type ListPageInput, listPageInput } from './schemas';
import { type DrawerRow, type DrawerView, readOpenDrawerView, toDrawerView } from './view';

/** The open drawer with what should lie in it now; null: none is open. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function currentDrawer(
  ctx: ServiceContext,
  raw: CurrentDrawerInput,
): Promise<DrawerView | null> {
  const { restaurantId } = parseInput(currentDrawerInput, raw);
  await authorizedRestaurant(ctx.db, ctx, 'drawer.read', restaurantId);
  return readOpenDrawerView(ctx.db, restaurantId);
}

/** The restaurant's drawers, newest first, page by page. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, CURSOR_INVALID */
export async function listDrawers(ctx: ServiceContext, raw: ListPageInput): Promise<Page<DrawerView>> {
  const input = parseInput(listPageInput, raw);
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.uuid()]))[0];
  await authorizedRestaurant(ctx.db, ctx, 'drawer.read', input.restaurantId);
  const rows = await ctx.db.query<DrawerRow>(listDrawerSessions, [
    input.restaurantId,
    after,
    input.limit + 1,
  ]);
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [last.id]);
  return {
    items: page.map(toDrawerView),
    nextCursor,
  };
}
