import { type GuestIdOf, orderBody } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import type {
  BillTotals,
  TableBillView,
  TableGuestView,
  TableOrdersView,
  TablePaymentStatusView,
  TablePaymentView,
  TableSessionView,
  TableStatusView,
  TableUsersView,
} from '@/services/table-sessions/view';
import { major } from '../money';
import { billOrderBody } from './order';
import { breakdown, intentBody } from './payment';

/** The bill as the bill and split screens read it; rounds are an object by number. */
export function billBody(bill: TableBillView, guestIdOf: GuestIdOf) {
  const { session, summary } = bill;
  const { currency } = session;
  return {
    ...identity(session),
    currency,
    ...totals(summary, currency),
    guestSessions: usersOf(bill.guests, guestIdOf),
    billByRound: Object.fromEntries(
      bill.rounds.map((round) => [
        String(round.roundNumber),
        {
          roundNumber: round.roundNumber,
          roundTotal: major(round.totalMinor, currency),
          paidAmount: major(round.paidMinor, currency),
          remainingAmount: major(round.remainingMinor, currency),
          orders: round.orders.map((order) => billOrderBody(order, guestIdOf)),
        },
      ]),
    ),
    summary: {
      subtotal: major(summary.subtotalMinor, currency),
      tax: major(summary.taxMinor, currency),
      tip: major(summary.tipMinor, currency),
      grandTotal: major(summary.grandTotalMinor, currency),
      totalPaid: major(summary.paidMinor, currency),
      remainingBalance: major(summary.remainingMinor, currency),
      isFullyPaid: summary.isFullyPaid,
      updatedAt: summary.updatedAt,
    },
  };
}

export function usersBody(view: TableUsersView, guestIdOf: GuestIdOf) {
  const { session } = view;
  const sums = totals(view.totals, session.currency);
  return {
    ...identity(session),
    tableSession: {
      id: session.tableSessionId,
      createdAt: session.createdAt,
      expiresAt: session.expiresAt,
      status: session.status,
      ...sums,
    },
    users: usersOf(view.users, guestIdOf),
    totalUsers: view.users.length,
  };
}

export function ordersBody(view: TableOrdersView, guestIdOf: GuestIdOf) {
  const numbers = [...new Set(view.orders.map((order) => order.roundNumber))];
  return {
    ...identity(view.session),
    ordersByRound: Object.fromEntries(
      numbers.map((number) => [
        String(number),
        view.orders
          .filter((order) => order.roundNumber === number)
          .map((order) => orderBody(order, guestIdOf)),
      ]),
    ),
    ...totals(view.totals, view.session.currency),
    status: view.session.status,
  };
}

export function statusBody(view: TableStatusView) {
  return {
    tableSessionId: view.tableSessionId,
    status: statusOf(view),
    isActive: view.isActive,
    isClosed: view.isClosed,
    isExpired: view.isExpired,
    canOrder: view.canOrder,
    createdAt: view.createdAt,
    expiresAt: view.expiresAt,
    ...present({ closedAt: view.closedAt }),
    ...totals(view.totals, view.currency),
    userCount: view.userCount,
  };
}

/** A payer's payment of the table's bill. */
export function tablePaymentBody(payment: TablePaymentView, guestIdOf: GuestIdOf) {
  return {
    ...intentBody(payment, { guestIdOf }),
    ordersIncluded: payment.orders.map((order) => order.orderId),
  };
}

export function paymentStatusBody(view: TablePaymentStatusView, guestIdOf: GuestIdOf) {
  const { currency } = view;
  return {
    tableSessionId: view.tableSessionId,
    ...totals(view.totals, currency),
    canAcceptNewPayment: view.canAcceptNewPayment,
    ...present({ lastPaymentAt: view.lastPaymentAt }),
    payments: view.payments.map((payment) => payerRow(payment, guestIdOf)),
    paymentSummary: {
      byMethod: Object.fromEntries(
        Object.entries(view.byMethod).map(([method, sum]) => [
          method,
          { count: sum.count, amount: major(sum.totalMinor, currency) },
        ]),
      ),
      byUser: Object.fromEntries(
        view.byPayer.map((sum) => [
          guestIdOf(sum.guestPublicId) ?? 'other',
          { count: sum.count, amount: major(sum.totalMinor, currency) },
        ]),
      ),
    },
  };
}

/** The secret is there for the caller's own open payments alone; the breakdown goes with it. */
function payerRow(payment: TablePaymentView, guestIdOf: GuestIdOf) {
  const guestSessionId = guestIdOf(payment.guestPublicId);
  const method = wireMethod(payment.method, payment.cardFunding);
  return {
    id: payment.id,
    paymentId: payment.id,
    orderId: payment.orderId,
    amount: major(payment.totalMinor, payment.currency),
    tipAmount: major(payment.tipMinor, payment.currency),
    status: payment.status,
    method,
    paymentMethod: method,
    createdAt: payment.createdAt,
    ...present({
      paidBy: guestSessionId ?? payment.customerId,
      guestSessionId,
      completedAt: payment.completedAt,
      clientSecret: payment.clientSecret,
      breakdown: payment.clientSecret === null ? null : breakdown(payment),
    }),
    ordersIncluded: payment.orders.map((order) => order.orderId),
  };
}

/** v1 and v2 name the session differently. */
function identity(session: TableSessionView) {
  return {
    sessionId: session.tableSessionId,
    tableSessionId: session.tableSessionId,
    sessionCode: session.code,
    tableId: session.tableId,
    restaurantId: session.restaurantId,
  };
}

/** A session by itself. */
export function sessionBody(session: TableSessionView, sums: BillTotals) {
  return {
    id: session.tableSessionId,
    ...identity(session),
    status: session.status,
    isActive: session.isActive,
    currency: session.currency,
    ...totals(sums, session.currency),
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    ...present({ closedAt: session.closedAt }),
  };
}

export function usersOf(guests: readonly TableGuestView[], guestIdOf: GuestIdOf) {
  return guests.map((guest) => guestBody(guest, guestIdOf));
}

function totals(sums: BillTotals, currency: string) {
  return {
    totalAmount: major(sums.grandTotalMinor, currency),
    paidAmount: major(sums.paidMinor, currency),
    remainingAmount: major(sums.remainingMinor, currency),
  };
}

/** `id` equals the guest id: v2 C uses the one as the other. */
function guestBody(guest: TableGuestView, guestIdOf: GuestIdOf) {
  const id = guestIdOf(guest.publicId) ?? guest.publicId;
  return {
    id,
    guestSessionId: id,
    userName: guest.name ?? 'Guest',
    isHost: guest.isHost,
    createdAt: guest.joinedAt,
    lastActivity: guest.joinedAt,
  };
}

/** The two states that only this call knows (legacy-contract section 4). */
function statusOf(view: TableStatusView): string {
  if (view.isClosed) return view.status;
  if (view.isExpired) return 'EXPIRED';
  const isPaid = view.totals.grandTotalMinor > 0 && view.totals.remainingMinor === 0;
  return isPaid ? 'PAYMENT_COMPLETE' : view.status;
}
