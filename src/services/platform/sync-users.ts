import { upsertUser } from '@/db/sql/platform';
import type { ServiceContext } from '../context';
import { type SyncResult, type SyncUsersInput, userRow } from './schemas';
import { type RowOutcome, syncRows } from './sync';

/** Takes people with an account from the platform: the address that their receipts go to. @throws ServiceError FORBIDDEN, INVALID_INPUT */
export async function syncUsers(ctx: ServiceContext, raw: SyncUsersInput): Promise<SyncResult> {
  return syncRows(ctx, raw, 'users', userRow, async (tx, row): Promise<RowOutcome> => {
    const applied = await tx.maybeOne(upsertUser, [row.id, row.email, row.name, row.version]);
    return { outcome: applied === null ? 'STALE' : 'APPLIED' };
  });
}
