import type { ServiceContext } from '../context';
import { readOrders } from '../orders/read-orders';
import { parseInput } from '../parse';
import { type TableSessionInput, tableSessionInput } from './schemas';
import { readSessionFor, toSessionView } from './session';
import { totalsOf } from './totals';
import type { TableGuestView, TableUsersView } from './view';

/** Who sits at the table. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getTableUsers(ctx: ServiceContext, raw: TableSessionInput): Promise<TableUsersView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const [orders, users] = await Promise.all([
    readOrders(ctx, { tableSessionId }),
    readGuests(ctx, tableSessionId),
  ]);
  return { session: toSessionView(session, ctx.clock.now()), totals: totalsOf(orders), users };
}

/** The guests of a session for a caller who was authorised already: the host first, then as they came. */
export async function readGuests(ctx: ServiceContext, tableSessionId: string): Promise<TableGuestView[]> {
  const guests = await ctx.prisma.guestSession.findMany({
    where: { tableSessionId, leftAt: null },
    select: { publicId: true, name: true, isHost: true, joinedAt: true },
    orderBy: [{ isHost: 'desc' }, { joinedAt: 'asc' }, { publicId: 'asc' }],
  });
  return guests.map((guest) => ({ ...guest, joinedAt: guest.joinedAt.toISOString() }));
}

/**
 * The secret ids of a session's guests by public id. For the legacy wire alone, where the one is the other (decision 4): no
 * procedure answers it, and it must not be logged. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
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
