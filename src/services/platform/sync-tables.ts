import { lockRestaurant, upsertTable } from '@/db/sql/platform';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type SyncResult, type SyncTablesInput, syncTablesInput } from './schemas';
import { type RowOutcome, refused, syncRows } from './sync';

/** Takes tables from the platform. A table never moves to another restaurant. @throws ServiceError FORBIDDEN, INVALID_INPUT */
export async function syncTables(ctx: ServiceContext, raw: SyncTablesInput): Promise<SyncResult> {
  const { tables } = parseInput(syncTablesInput, raw);
  return syncRows(ctx, tables, async (tx, row): Promise<RowOutcome> => {
    const restaurant = await tx.maybeOne(lockRestaurant, [row.restaurantId]);
    if (!restaurant)
      return refused('REFERENCE_MISSING', `Restaurant ${row.restaurantId} is not here yet: send it first.`);
    const applied = await tx.maybeOne(upsertTable, [row.id, row.restaurantId, row.name, row.version]);
    return { outcome: applied === null ? 'STALE' : 'APPLIED' };
  });
}
