import type { ServiceContext } from '../context';
import { readOrders } from '../orders/read-orders';
import type { OrderView } from '../orders/view';
import { parseInput } from '../parse';
import { readGuests, withActivity } from './guests';
import { type TableSessionInput, tableSessionInput } from './schemas';
import { readSessionFor, toSessionView } from './session';
import { totalsOf } from './totals';
import type { TableBillView, TableOrdersView } from './view';

/**
 * A session's bill by rounds, with what each order has received and from whom (legacy-contract 3.1, Bill). Works for a
 * closed session too. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function getTableBill(ctx: ServiceContext, raw: TableSessionInput): Promise<TableBillView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const [orders, guests] = await Promise.all([
    readOrders(ctx, { tableSessionId }),
    readGuests(ctx, tableSessionId),
  ]);
  const totals = totalsOf(orders, session.currency);
  const isFullyPaid =
    orders.every((order) => order.remainingMinor === 0) && orders.some((order) => order.isPaid);
  const updatedAt = [session.updatedAt.toISOString(), ...orders.map((order) => order.updatedAt)]
    .sort()
    .at(-1);
  return {
    session: toSessionView(session, ctx.clock.now()),
    guests: withActivity(guests, orders),
    rounds: roundsOf(orders, session.currency),
    summary: { ...totals, isFullyPaid, updatedAt: updatedAt ?? session.updatedAt.toISOString() },
  };
}

/** A session's orders and sums, for a closed session too. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getTableOrders(ctx: ServiceContext, raw: TableSessionInput): Promise<TableOrdersView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const orders = await readOrders(ctx, { tableSessionId });
  return {
    session: toSessionView(session, ctx.clock.now()),
    totals: totalsOf(orders, session.currency),
    orders,
  };
}

function roundsOf(orders: readonly OrderView[], currency: string): TableBillView['rounds'] {
  const numbers = [...new Set(orders.map((order) => order.roundNumber))].sort((a, b) => a - b);
  return numbers.map((roundNumber) => {
    const ofRound = orders.filter((order) => order.roundNumber === roundNumber);
    const totals = totalsOf(ofRound, currency);
    return {
      roundNumber,
      totalMinor: totals.grandTotalMinor,
      paidMinor: totals.paidMinor,
      remainingMinor: totals.remainingMinor,
      orders: ofRound,
    };
  });
}
