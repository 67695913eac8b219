import type { ServiceContext } from '@/services/context';
import { notVisible } from '@/services/errors';
import { openRoom } from '@/services/live/open-room';
import type { Room } from './rooms';

/**
 * Lets through who may hear what the room tells: the rules are those of every live event, whatever its room is called here.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED
 */
export async function assertMayJoin(ctx: ServiceContext, { kind, id }: Room): Promise<void> {
  switch (kind) {
    case 'restaurant':
    case 'restaurantPayments':
    case 'kitchen':
    case 'staff':
      await openRoom(ctx, { kind: 'restaurant', restaurantId: id });
      return;
    case 'tableSession':
      await openRoom(ctx, { kind, tableSessionId: id });
      return;
    case 'payment':
      await openRoom(ctx, { kind, paymentId: id });
      return;
    case 'order':
      await openRoom(ctx, { kind, orderId: id });
      return;
    case 'admin':
      await openRoom(ctx, { kind });
      return;
    default:
      throw notVisible('Room');
  }
}
