import type { z } from 'zod';
import {
  ensureUsers,
  expireOpenPayments,
  lockOrdersOfSession,
  readSessionHome,
  upsertGuests,
  upsertSession,
} from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { newId } from '../ids';
import { cancelExpired } from './cancel-expired';
import { type SyncResult, type SyncSessionsInput, sessionRow } from './schemas';
import { type RowOutcome, RowRefused, refused, syncRows } from './sync';
import { type KnownGuest, type KnownSession, tellSession } from './tell-sessions';

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
    const home = await tx.maybeOne<KnownSession & { restaurantId: string }>(readSessionHome, [row.id]);
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
    const guests = row.guests ? await writeGuests(tx, row, row.guests) : (home?.guests ?? []);
    const status = home?.status === 'CLOSED' ? 'CLOSED' : row.status;
    await tellSession(tx, { ...row, status }, home, guests, ctx.clock.now());
    if (row.status === 'CLOSED') {
      const open = await tx.query<{ id: string }>(expireOpenPayments, [null, row.id]);
      tx.afterCommit(() => void ended.push(...open.map((p) => p.id)));
    }
    return { outcome: 'APPLIED' };
  });
  await cancelExpired(ctx, ended, 'The table session was closed');
  return result;
}

type Row = z.output<typeof sessionRow>;

/** @returns everyone who was ever at the table, as of now */
async function writeGuests(
  tx: Tx,
  row: Row,
  guests: NonNullable<Row['guests']>,
): Promise<readonly KnownGuest[]> {
  await tx.query(ensureUsers, [guests.flatMap((g) => (g.userId === null ? [] : [g.userId]))]);
  const taken = await tx.query(upsertGuests, [
    row.id,
    guests.map((g) => g.guestSessionId),
    guests.map(() => newId()),
    guests.map((g) => g.userId),
    guests.map((g) => g.name),
    guests.map((g) => g.isHost),
    guests.map((g) => g.joinedAt),
    row.version,
  ]);
  // The guest's id is a secret: it is not repeated in the message.
  if (taken.length < guests.length)
    throw new RowRefused('GUEST_OF_OTHER_SESSION', 'A guest of this table session belongs to another one.');
  const after = await tx.one<KnownSession>(readSessionHome, [row.id]);
  return after.guests;
}

const tableOfRestaurant = {
  name: 'table-of-restaurant',
  text: 'SELECT id FROM tables WHERE id = $1 AND restaurant_id = $2',
};
