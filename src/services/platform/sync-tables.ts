import { lockRestaurant, readTableHome, upsertTable } from '@/db/sql/platform';
import type { ServiceContext } from '../context';
import { type SyncResult, type SyncTablesInput, tableRow } from './schemas';
import { type RowOutcome, refused, syncRows } from './sync';

/** Takes tables from the platform. A table never moves to another restaurant. @throws ServiceError FORBIDDEN, INVALID_INPUT */
export async function syncTables(ctx: ServiceContext, raw: SyncTablesInput): Promise<SyncResult> {
  return syncRows(ctx, raw, 'tables', tableRow, async (tx, row): Promise<RowOutcome> => {
    const restaurant = await tx.maybeOne(lockRestaurant, [row.restaurantId]);
    if (!restaurant)
      return refused('REFERENCE_MISSING', `Restaurant ${row.restaurantId} is not here yet: send it first.`);
    const home = await tx.maybeOne<{ restaurantId: string }>(readTableHome, [row.id]);
    if (home && home.restaurantId !== row.restaurantId)
      return refused('RESTAURANT_FIXED', 'A table never moves to another restaurant.');
    const applied = await tx.maybeOne(upsertTable, [row.id, row.restaurantId, row.name, row.version]);
    return { outcome: applied === null ? 'STALE' : 'APPLIED' };
  });
}
