import type { Db } from '@/db/db';
import { readToday } from '@/db/sql/metric-reads';
import { claimAnnouncements, readAnnouncements } from '@/db/sql/outbox';
import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import type { Clock } from '../ports';
import { emitLive } from './emit';
import type { LiveEvent } from './events';
import { comparePositions, type Position } from './position';

/**
 * Tells restaurants that their figures have moved up to a position, and what today's are. All nodes together tell each one twice a second at most:
 * who comes too early is answered as still to be told, and asks again.
 * @param moved what is to be told, by restaurant
 * @returns the restaurants that nobody has told that much yet
 */
export async function announceAnalytics(
  deps: { db: Db; clock: Clock },
  moved: ReadonlyMap<string, Position>,
): Promise<ReadonlySet<string>> {
  const ids = [...moved.keys()].toSorted();
  return deps.db.transaction(async (tx) => {
    const claimed = await tx.query<{ restaurantId: string }>(claimAnnouncements, [
      ids,
      ids.map((id) => moved.get(id)?.xid),
      ids.map((id) => moved.get(id)?.sequence),
    ]);
    const now = deps.clock.now();
    const today = await todayOf(
      tx,
      claimed.map(({ restaurantId }) => restaurantId),
      now,
    );
    await emitLive(
      tx,
      claimed.map(({ restaurantId }): LiveEvent => {
        const figures = today.get(restaurantId);
        return {
          eventId: newId(),
          type: 'analytics:updated',
          at: now.toISOString(),
          restaurantId,
          orderId: null,
          tableSessionId: null,
          paymentId: null,
          ...(figures && { today: figures }),
        };
      }),
    );
    const told = await tx.query<Position & { restaurantId: string }>(readAnnouncements, [ids]);
    const isTold = (id: string, place: Position) =>
      told.some((row) => row.restaurantId === id && comparePositions(row, place) >= 0);
    return new Set([...moved].filter(([id, place]) => !isTold(id, place)).map(([id]) => id));
  });
}

type Today = NonNullable<Extract<LiveEvent, { type: 'analytics:updated' }>['today']>;

async function todayOf(tx: Tx, restaurantIds: readonly string[], now: Date): Promise<Map<string, Today>> {
  if (restaurantIds.length === 0) return new Map();
  const rows = await tx.query<Today & { restaurantId: string }>(readToday, [restaurantIds, now]);
  return new Map(rows.map(({ restaurantId, ...today }) => [restaurantId, today]));
}
