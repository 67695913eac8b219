import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';

/** Tells admins that an event of Stripe could not be applied in all its attempts. */
export async function tellDead(tx: Tx, event: { eventId: string; type: string }, now: Date): Promise<void> {
  await emitLive(tx, [
    {
      eventId: newId(),
      type: 'webhook:dead',
      at: now.toISOString(),
      restaurantId: null,
      orderId: null,
      tableSessionId: null,
      paymentId: null,
      stripeEventId: event.eventId,
      stripeEventType: event.type,
    } satisfies LiveEvent,
  ]);
}
