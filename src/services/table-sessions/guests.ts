import type { ServiceContext } from '../context';
import { readOrders } from '../orders/read-orders';
import type { OrderView } from '../orders/view';
import { parseInput } from '../parse';
import { type TableSessionInput, tableSessionInput } from './schemas';
import { readSessionFor, toSessionView } from './session';
import { totalsOf } from './totals';
import type { TableGuestView, TableUsersView } from './view';

/** Who sits at the table. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getTableUsers(ctx: ServiceContext, raw: TableSessionInput): Promise<TableUsersView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const [orders, guests] = await Promise.all([
    readOrders(ctx, { tableSessionId }),
    readGuests(ctx, tableSessionId),
  ]);
  return {
    session: toSessionView(session, ctx.clock.now()),
    totals: totalsOf(orders, session.currency),
    users: withActivity(guests, orders),
  };
}

type Guest = Omit<TableGuestView, 'lastActiveAt'>;

/** The guests of a session: the host first, then in the order of joining. The caller must be authorised already. */
export async function readGuests(ctx: ServiceContext, tableSessionId: string): Promise<Guest[]> {
  const guests = await ctx.prisma.guestSession.findMany({
    where: { tableSessionId, leftAt: null },
    select: { publicId: true, name: true, isHost: true, joinedAt: true },
    orderBy: [{ isHost: 'desc' }, { joinedAt: 'asc' }, { publicId: 'asc' }],
  });
  return guests.map((guest) => ({ ...guest, joinedAt: guest.joinedAt.toISOString() }));
}

/** Adds when each guest last joined, ordered or paid, according to the session's orders and their payments. */
export function withActivity(guests: readonly Guest[], orders: readonly OrderView[]): TableGuestView[] {
  const acts = orders.flatMap((order) => [
    { guestPublicId: order.guestPublicId, at: order.placedAt },
    ...order.payments.map(({ guestPublicId, paidAt }) => ({ guestPublicId, at: paidAt ?? '' })),
  ]);
  return guests.map((guest) => {
    const own = acts.filter(({ guestPublicId }) => guestPublicId === guest.publicId);
    const times = [guest.joinedAt, ...own.map(({ at }) => at)].sort();
    return { ...guest, lastActiveAt: times.at(-1) ?? guest.joinedAt };
  });
}

/**
 * The secret ids of a session's guests by public id. Only the legacy API sends them (decision 4): no tRPC procedure may
 * return them, and they must not be logged. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function readGuestIds(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<Map<string, string>> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const guests = await ctx.prisma.guestSession.findMany({
    where: { tableSessionId },
    select: { id: true, publicId: true },
  });
  return new Map(guests.map((guest) => [guest.publicId, guest.id]));
}
