import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';
import { parseInput } from '../parse';
import { type CallStaffInput, callStaffInput } from './schemas';
import { readSessionFor } from './session';

/**
 * A guest asks for somebody to come to the table: a live event and nothing else. What the guest wrote is not part of it, as
 * live events hold no texts of people (decision 23). It moves no money, so a second tap is a second call.
 * @throws ServiceError INVALID_INPUT, NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED
 */
export async function callStaff(ctx: ServiceContext, raw: CallStaffInput): Promise<void> {
  const { tableSessionId, requestType } = parseInput(callStaffInput, raw);
  await ctx.db.transaction(async (tx) => {
    const session = await readSessionFor(tx, ctx, 'tableSession.read', tableSessionId);
    if (session.isOver) throw new ServiceError('SESSION_CLOSED', 'This table session is closed.');
    const event: LiveEvent = {
      eventId: newId(),
      type: 'assistance:requested',
      at: ctx.clock.now().toISOString(),
      restaurantId: session.restaurantId,
      orderId: null,
      tableSessionId,
      paymentId: null,
      tableId: session.tableId,
      guestPublicId: ctx.actor.kind === 'guest' ? ctx.actor.guest.publicId : null,
      requestType,
    };
    await emitLive(tx, [event]);
  });
  ctx.wake('outbox');
}
