import { readTableSession } from '@/db/sql/table-sessions';
import type { Actor, GuestScope } from '../actor';
import { type Action, authorize, type Resource, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { findRow, viewResource } from '../payments/read-view';
import type { Room } from './rooms';

/** What a caller asks to watch. */
export type RoomWish =
  | { kind: 'payment'; paymentId: string }
  | { kind: 'order'; orderId: string }
  | { kind: 'tableSession'; tableSessionId: string }
  | { kind: 'restaurant'; restaurantId: string }
  | { kind: 'admin' }
  | { kind: 'platform' };

/**
 * The room, if this actor may be in it now. Asked at the start and again whenever access may have ended.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN; SESSION_CLOSED for guests whose visit is over
 */
export async function openRoom(ctx: ServiceContext, wish: RoomWish): Promise<Room> {
  switch (wish.kind) {
    case 'payment': {
      const { paymentId } = wish;
      if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.read');
      const row = await findRow(ctx, paymentId);
      await admit(ctx, 'payment.read', viewResource(row), 'Payment');
      return { kind: 'payment', restaurantId: row.restaurantId, paymentId: row.id };
    }
    case 'order': {
      const { orderId } = wish;
      if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'order.read');
      const owner = await ctx.prisma.order.findUnique({
        where: { id: orderId },
        select: { restaurantId: true, tableSessionId: true, guestSessionId: true, customerId: true },
      });
      if (!owner) throw notVisible('Order');
      await admit(ctx, 'order.read', owner, 'Order');
      return { kind: 'order', restaurantId: owner.restaurantId, orderId };
    }
    case 'tableSession': {
      const { tableSessionId } = wish;
      if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'tableSession.read');
      const session = await readSession(ctx, tableSessionId);
      if (!session) throw notVisible('Table session');
      await admit(
        ctx,
        'tableSession.read',
        { restaurantId: session.restaurantId, tableSessionId },
        'Table session',
      );
      return { kind: 'tableSession', restaurantId: session.restaurantId, tableSessionId };
    }
    case 'restaurant':
      authorize(ctx.actor, 'live.restaurant', wish, 'Restaurant');
      return wish;
    case 'admin':
      authorize(ctx.actor, 'live.admin', {}, 'Live events');
      return wish;
    case 'platform':
      authorize(ctx.actor, 'live.platform', {}, 'Live events');
      return wish;
  }
}

/** The guest that the actor is, or sits at a table as. */
export function guestOf(actor: Actor): GuestScope | null {
  return actor.kind === 'guest' || actor.kind === 'customer' ? actor.guest : null;
}

/** Who is there as a guest of a table only is there as long as the visit lasts. */
async function admit(ctx: ServiceContext, action: Action, resource: Resource, what: string): Promise<void> {
  authorize(ctx.actor, action, resource, what);
  const guest = guestOf(ctx.actor);
  if (guest === null || mayWithoutTable(ctx.actor, action, resource)) return;
  const session = await readSession(ctx, guest.tableSessionId);
  if (!session || session.isOver) {
    throw new ServiceError('SESSION_CLOSED', 'This table session is over. Scan the code on the table again.');
  }
}

function mayWithoutTable(actor: Actor, action: Action, resource: Resource): boolean {
  if (actor.kind !== 'customer') return false;
  try {
    authorize({ ...actor, guest: null }, action, resource, '');
    return true;
  } catch {
    return false;
  }
}

function readSession(ctx: ServiceContext, tableSessionId: string) {
  return ctx.db.maybeOne<{ restaurantId: string; isOver: boolean }>(readTableSession, [
    tableSessionId,
    ctx.clock.now(),
  ]);
}
