import {
  ensureUsers,
  expireOpenPayments,
  lockOrdersOfSession,
  readSessionHome,
  upsertGuests,
  upsertSession,
} from '@/db/sql/platform';
import type { ServiceContext } from '../context';
import { newId } from '../ids';
import { cancelExpired } from './cancel-expired';
import { type SyncResult, type SyncSessionsInput, sessionRow } from './schemas';
import { type RowOutcome, refused, syncRows } from './sync';

/** Takes table sessions with their guests. Closing one ends its open payments. @throws ServiceError FORBIDDEN, INVALID_INPUT */
export async function syncSessions(ctx: ServiceContext, raw: SyncSessionsInput): Promise<SyncResult> {
  const ended: string[] = [];
  const result = await syncRows(ctx, raw, 'sessions', sessionRow, async (tx, row): Promise<RowOutcome> => {
    const fits = await tx.maybeOne(tableOfRestaurant, [row.tableId, row.restaurantId]);
    if (!fits)
      return refused(
        'REFERENCE_MISSING',
        `Table ${row.tableId} of this restaurant is not here yet: send it first.`,
      );
    const home = await tx.maybeOne<{ restaurantId: string }>(readSessionHome, [row.id]);
    if (home && home.restaurantId !== row.restaurantId)
      return refused('RESTAURANT_FIXED', 'A table session never moves to another restaurant.');
    if (row.status === 'CLOSED') await tx.query(lockOrdersOfSession, [row.id]);
    const applied = await tx.maybeOne(upsertSession, [
      row.id,
      row.restaurantId,
      row.tableId,
      row.code,
      row.status,
      row.expiresAt,
      row.version,
    ]);
    if (applied === null) return { outcome: 'STALE' };
    await tx.query(ensureUsers, [row.guests.flatMap((g) => (g.userId === null ? [] : [g.userId]))]);
    await tx.query(upsertGuests, [
      row.id,
      row.guests.map((g) => g.guestSessionId),
      row.guests.map(() => newId()),
      row.guests.map((g) => g.userId),
      row.guests.map((g) => g.name),
      row.guests.map((g) => g.isHost),
      row.guests.map((g) => g.joinedAt),
      row.version,
    ]);
    if (row.status === 'CLOSED') {
      const open = await tx.query<{ id: string }>(expireOpenPayments, [null, row.id]);
      tx.afterCommit(() => void ended.push(...open.map((p) => p.id)));
    }
    return { outcome: 'APPLIED' };
  });
  await cancelExpired(ctx, ended, 'The table session was closed');
  return result;
}

const tableOfRestaurant = {
  name: 'table-of-restaurant',
  text: 'SELECT id FROM tables WHERE id = $1 AND restaurant_id = $2',
};
