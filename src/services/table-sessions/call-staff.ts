import { insertStaffCallWords } from '@/db/sql/staff-calls';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';
import { guestOf } from '../live/open-room';
import { parseInput } from '../parse';
import { type CallStaffInput, callStaffInput } from './schemas';
import { readSessionFor } from './session';

/**
 * A guest asks for somebody to come to the table. The live event holds no words (decision 23): what the guest wrote stands beside
 * it, where it can be erased. It moves no money, so a second tap is a second call.
 * @throws ServiceError INVALID_INPUT, NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED
 */
export async function callStaff(ctx: ServiceContext, raw: CallStaffInput): Promise<void> {
  const { tableSessionId, requestType, message } = parseInput(callStaffInput, raw);
  const guestPublicId = guestOf(ctx.actor)?.publicId ?? null;
  await ctx.db.transaction(async (tx) => {
    const session = await readSessionFor(tx, ctx, 'tableSession.read', tableSessionId);
    if (session.isOver) throw new ServiceError('SESSION_CLOSED', 'This table session is closed.');
    const now = ctx.clock.now();
    const event: LiveEvent = {
      eventId: newId(),
      type: 'assistance:requested',
      at: now.toISOString(),
      restaurantId: session.restaurantId,
      orderId: null,
      tableSessionId,
      paymentId: null,
      tableId: session.tableId,
      guestPublicId,
      requestType,
    };
    await emitLive(tx, [event]);
    if (message !== undefined && guestPublicId !== null)
      await tx.query(insertStaffCallWords, [event.eventId, guestPublicId, message, now]);
  });
  ctx.wake('outbox');
}
