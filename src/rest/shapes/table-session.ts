import { sumMinor } from '@/domain/money';
import { isCaptured } from '@/domain/payment/status';
import { type BillParts, billParts } from '@/services/legacy/bill-parts';
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

/** The bill as the bill and split screens read it. Rounds are an object with the round's number as key. */
export function billBody(bill: TableBillView, guestIdOf: GuestIdOf) {
  const { session, summary } = bill;
  const { currency } = session;
  const parts = partsOf(bill);
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
      subtotal: major(sumMinor(parts.map((part) => part.subtotalMinor)), currency),
      tax: major(sumMinor(parts.map((part) => part.taxMinor)), currency),
      tip: major(sumMinor(parts.map((part) => part.tipMinor)), currency),
      grandTotal: major(summary.grandTotalMinor, currency),
      totalPaid: major(summary.paidMinor, currency),
      remainingBalance: major(summary.remainingMinor, currency),
      isFullyPaid: summary.isFullyPaid,
      updatedAt: summary.updatedAt,
    },
  };
}

/** Of the orders that count: a cancelled one is no part of the bill. */
function partsOf(bill: TableBillView): BillParts[] {
  const orders = bill.rounds.flatMap((round) => round.orders);
  return orders.filter((order) => order.status !== 'CANCELLED').map(billParts);
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

/** A payment towards the table's bill. */
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
      byMethod: paidBy(view, (payment) => wireMethod(payment.method, payment.cardFunding)),
      byUser: paidBy(view, (payment) => guestIdOf(payment.guestPublicId) ?? 'other'),
    },
  };
}

/** What the captured payments keep, by a key of theirs: tips included, refunds taken off, in major units. */
function paidBy(
  { payments, currency }: TablePaymentStatusView,
  keyOf: (payment: TablePaymentView) => string,
): Record<string, number> {
  const sumsMinor = new Map<string, number>();
  for (const payment of payments.filter(({ status }) => isCaptured(status))) {
    sumsMinor.set(
      keyOf(payment),
      (sumsMinor.get(keyOf(payment)) ?? 0) + payment.totalMinor - payment.refundedMinor,
    );
  }
  return Object.fromEntries([...sumsMinor].map(([key, sumMinor]) => [key, major(sumMinor, currency)]));
}

/** Only the caller's own open payments have a client secret, and with it the breakdown. */
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

/** v1 and v2 use different names for the session's id. */
function identity(session: TableSessionView) {
  return {
    sessionId: session.tableSessionId,
    tableSessionId: session.tableSessionId,
    sessionCode: session.code,
    tableId: session.tableId,
    restaurantId: session.restaurantId,
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

/** `id` and `guestSessionId` are equal: v2 C uses `id` as the guest id. */
function guestBody(guest: TableGuestView, guestIdOf: GuestIdOf) {
  const id = guestIdOf(guest.publicId) ?? guest.publicId;
  return {
    id,
    guestSessionId: id,
    userName: guest.name ?? 'Guest',
    isHost: guest.isHost,
    createdAt: guest.joinedAt,
    lastActivity: guest.lastActiveAt,
  };
}

/** Adds the two states that only this call has (legacy-contract section 4). */
function statusOf(view: TableStatusView): string {
  if (view.isClosed) return view.status;
  if (view.isExpired) return 'EXPIRED';
  const isPaid = view.totals.grandTotalMinor > 0 && view.totals.remainingMinor === 0;
  return isPaid ? 'PAYMENT_COMPLETE' : view.status;
}
