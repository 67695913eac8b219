import { insertOutboxEvents } from '@/db/sql/outbox';
import type { Tx } from '@/db/transaction';
import type { LiveEvent } from './events';

/**
 * Writes live events in the transaction that causes them, so that they exist exactly if their fact does.
 * After the commit the caller wakes the relay: `deps.wake('outbox')`.
 */
export async function emitLive(tx: Tx, events: readonly LiveEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(insertOutboxEvents, [
    events.map((e) => e.eventId),
    events.map((e) => e.type),
    events.map((e) => e.restaurantId),
    events.map((e) => e.orderId),
    events.map((e) => e.tableSessionId),
    events.map((e) => e.paymentId),
    events.map((e) => JSON.stringify(e)),
  ]);
}
