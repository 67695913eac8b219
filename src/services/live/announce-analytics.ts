import type { Db } from '@/db/db';
import { claimAnnouncements, readAnnouncements } from '@/db/sql/outbox';
import { newId } from '../ids';
import type { Clock } from '../ports';
import { emitLive } from './emit';
import type { LiveEvent } from './events';
import { comparePositions, type Position } from './position';

/**
 * Tells restaurants that their figures have moved up to a position. All nodes together tell each one twice a second at most:
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
    const at = deps.clock.now().toISOString();
    await emitLive(
      tx,
      claimed.map(({ restaurantId }): LiveEvent => {
        const nothing = { orderId: null, tableSessionId: null, paymentId: null };
        return { eventId: newId(), type: 'analytics:updated', at, restaurantId, ...nothing };
      }),
    );
    const told = await tx.query<Position & { restaurantId: string }>(readAnnouncements, [ids]);
    const isTold = (id: string, place: Position) =>
      told.some((row) => row.restaurantId === id && comparePositions(row, place) >= 0);
    return new Set([...moved].filter(([id, place]) => !isTold(id, place)).map(([id]) => id));
  });
}
