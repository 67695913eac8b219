import { formatMinor } from '@/domain/money';
import type { GuestIdOf } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import type { StaffSessionView, TableSessionFigures } from '@/services/table-sessions/staff-view';
import type { TableBillView, TablePaymentView } from '@/services/table-sessions/view';
import { major } from '../money';

/** A session in the restaurant's list (legacy-contract 3.4); `sessionDuration` in minutes. */
export function staffSessionBody(session: StaffSessionView) {
  const amount = (minor: number) => major(minor, session.currency);
  return {
    id: session.tableSessionId,
    sessionId: session.tableSessionId,
    tableSessionId: session.tableSessionId,
    sessionCode: session.code,
    restaurantId: session.restaurantId,
    restaurantName: session.restaurantName,
    tableId: session.tableId,
    tableName: session.tableName,
    status: session.status,
    isActive: session.isActive,
    currency: session.currency,
    totalAmount: amount(session.totalMinor),
    paidAmount: amount(session.paidMinor),
    remainingAmount: amount(session.remainingMinor),
    userCount: session.userCount,
    orderCount: session.orderCount,
    ...present({ lastOrderAt: session.lastOrderAt, closedAt: session.closedAt }),
    sessionDuration: session.durationMinutes,
    needsAttention: session.alertReasons.length > 0,
    alertReasons: session.alertReasons,
    lastActivity: session.lastActivityAt,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    updatedAt: session.updatedAt,
  };
}

/** `totalRevenue` is of one currency: the only one, else `currency`. `revenueByCurrency` has all of them. */
export function figuresBody(figures: TableSessionFigures, currency: string) {
  return {
    totalSessions: figures.sessionCount,
    activeSessions: figures.activeCount,
    averageSessionDuration: figures.averageMinutes ?? 0,
    totalRevenue: revenueOf(figures, currency),
    revenueByCurrency: Object.fromEntries(
      figures.revenue.map((sum) => [sum.currency, major(sum.revenueMinor, sum.currency)]),
    ),
    sessionsToday: figures.todayCount,
    sessionsThisWeek: figures.weekCount,
    averagePartySize: figures.averagePartySize ?? 0,
    topRestaurants: figures.topRestaurants.map((top) => ({
      restaurantId: top.restaurantId,
      restaurantName: top.restaurantName,
      currency: top.currency,
      totalSessions: top.sessionCount,
      sessionCount: top.sessionCount,
      revenue: major(top.revenueMinor, top.currency),
      totalRevenue: major(top.revenueMinor, top.currency),
    })),
  };
}

export function revenueOf({ revenue }: TableSessionFigures, currency: string): number {
  const [only] = revenue;
  const sum = revenue.length === 1 ? only : revenue.find((one) => one.currency === currency);
  return sum ? major(sum.revenueMinor, sum.currency) : 0;
}

const ALERTS = {
  PAYMENT_OVERDUE: { severity: 'HIGH', message: 'The time is over and the bill is not paid.' },
  PAYMENT_PENDING: { severity: 'MEDIUM', message: 'The table waits to pay.' },
  LONG_SESSION: { severity: 'LOW', message: 'The table has been taken for more than four hours.' },
} as const;

/** One alert for each reason of each session. */
export function alertsBody(sessions: readonly StaffSessionView[]) {
  const alerts = sessions.flatMap((session) =>
    session.alertReasons.map((reason) => ({
      id: `${session.tableSessionId}:${reason}`,
      sessionId: session.tableSessionId,
      tableSessionId: session.tableSessionId,
      restaurantId: session.restaurantId,
      restaurantName: session.restaurantName,
      tableName: session.tableName,
      alertType: reason,
      ...ALERTS[reason],
      createdAt: reason === 'PAYMENT_OVERDUE' ? session.expiresAt : session.updatedAt,
    })),
  );
  return { alerts, totalAlerts: alerts.length };
}

/** What is owed, by order, with recommendations for the staff. */
export function summaryBody({ session, rounds, summary }: TableBillView) {
  const amount = (minor: number) => major(minor, session.currency);
  const orders = rounds.flatMap((round) => round.orders).filter((order) => order.status !== 'CANCELLED');
  const isDue = summary.remainingMinor > 0;
  return {
    tableSessionId: session.tableSessionId,
    status: session.status,
    currency: session.currency,
    totalOwed: amount(summary.grandTotalMinor),
    totalPaid: amount(summary.paidMinor),
    remainingBalance: amount(summary.remainingMinor),
    isFullyPaid: summary.isFullyPaid,
    orders: orders.map((order) => ({
      orderId: order.id,
      orderNumber: order.orderNumber,
      total: amount(order.totalMinor),
      paidAmount: amount(order.paidMinor),
      remainingAmount: amount(order.remainingMinor),
      isFullyPaid: order.isPaid,
    })),
    session: {
      id: session.tableSessionId,
      status: session.status,
      tableId: session.tableId,
      restaurantId: session.restaurantId,
      sessionCode: session.code,
      createdAt: session.createdAt,
      expiresAt: session.expiresAt,
    },
    recommendations: [
      ...(isDue && summary.heldMinor > 0 ? ['A payment is under way: wait for it before closing.'] : []),
      ...(isDue && summary.heldMinor === 0 ? ['Something is unpaid: ask the guests, or take cash.'] : []),
      ...(!isDue && !session.isClosed ? ['Everything is paid: the table can be closed.'] : []),
    ],
  };
}

/** The events of a session, oldest first; R prints `description`. Guests have the ids that the reader knows. */
export function timelineBody(
  bill: TableBillView,
  payments: readonly TablePaymentView[],
  guestIdOf: GuestIdOf,
) {
  const { session } = bill;
  const step = (event: string, description: string, timestamp: string | null, more: object = {}) =>
    timestamp === null ? [] : [{ event, description, timestamp, ...more }];
  const steps = [
    ...step('SESSION_CREATED', 'The session began', session.createdAt),
    ...bill.guests.flatMap((guest) => {
      const userName = guest.name ?? 'Guest';
      const guestSessionId = guestIdOf(guest.publicId) ?? guest.publicId;
      const who = { userId: guestSessionId, guestSessionId, userName };
      return step('USER_JOINED', `${userName} joined`, guest.joinedAt, who);
    }),
    ...bill.rounds
      .flatMap((round) => round.orders)
      .flatMap((order) =>
        step('ORDER_PLACED', `Order ${order.orderNumber} was placed`, order.placedAt, {
          orderId: order.id,
          orderNumber: order.orderNumber,
        }),
      ),
    ...payments.flatMap((payment) => {
      const paid = { paymentId: payment.id, amount: major(payment.totalMinor, payment.currency) };
      const sum = formatMinor(payment.totalMinor, payment.currency);
      return [
        ...step('PAYMENT_CREATED', `A payment of ${sum} was started`, payment.createdAt, paid),
        ...step('PAYMENT_COMPLETED', `A payment of ${sum} was completed`, payment.completedAt, paid),
      ];
    }),
    ...step('SESSION_CLOSED', 'The session was closed', session.closedAt),
  ];
  return steps.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}
