import { isCaptured } from '@/domain/payment/status';
import type { ServiceContext } from '../context';
import { readOrders } from '../orders/read-orders';
import { parseInput } from '../parse';
import { readSessionPayments } from './read-payments';
import { type TableSessionInput, tableSessionInput } from './schemas';
import { readSessionFor, toSessionView } from './session';
import { totalsOf } from './totals';
import type { PaidSum, TablePaymentStatusView, TablePaymentView, TableStatusView } from './view';

/** How a session stands: open or over, and what is paid. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getTableStatus(ctx: ServiceContext, raw: TableSessionInput): Promise<TableStatusView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const [orders, userCount] = await Promise.all([
    readOrders(ctx, { tableSessionId }),
    ctx.prisma.guestSession.count({ where: { tableSessionId, leftAt: null } }),
  ]);
  return {
    ...toSessionView(session, ctx.clock.now()),
    totals: totalsOf(orders, session.currency),
    userCount,
  };
}

/** The session's payments, open ones too, newest first. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function listSessionPayments(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<TablePaymentView[]> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  return readSessionPayments(ctx, tableSessionId);
}

/**
 * Who has paid what of a session's bill, and whether more can be paid. Others who are paying now are no hindrance
 * (legacy-contract 6, Concurrent payers). @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function getTablePaymentStatus(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<TablePaymentStatusView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  const session = await readSessionFor(ctx.db, ctx, 'tableSession.read', tableSessionId);
  const [orders, payments] = await Promise.all([
    readOrders(ctx, { tableSessionId }),
    readSessionPayments(ctx, tableSessionId),
  ]);
  const captured = payments.filter((payment) => isCaptured(payment.status));
  const summed = captured.filter((payment) => payment.currency === session.currency);
  const byPayer = sumBy(summed, (payment) => payment.guestPublicId);
  return {
    tableSessionId,
    currency: session.currency,
    totals: totalsOf(orders, session.currency),
    canAcceptNewPayment: !session.isOver && orders.some((order) => order.remainingMinor > 0),
    lastPaymentAt: captured.map((payment) => payment.completedAt ?? '').reduce(latest, null),
    payments,
    byMethod: Object.fromEntries(sumBy(summed, (payment) => payment.method)),
    byPayer: [...byPayer].map(([guestPublicId, sum]) => ({ guestPublicId, ...sum })),
  };
}

function latest(known: string | null, time: string): string | null {
  return known === null || time > known ? time || known : known;
}

function sumBy<Key>(
  payments: readonly TablePaymentView[],
  keyOf: (payment: TablePaymentView) => Key,
): Map<Key, PaidSum> {
  const sums = new Map<Key, PaidSum>();
  for (const payment of payments) {
    const known = sums.get(keyOf(payment)) ?? { count: 0, totalMinor: 0 };
    sums.set(keyOf(payment), {
      count: known.count + 1,
      totalMinor: known.totalMinor + payment.totalMinor,
    });
  }
  return sums;
}
