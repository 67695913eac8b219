import { z } from 'zod';
import { order, orderItem, orderStatus, orderSums } from './orders';
import {
  body,
  count,
  currency,
  id,
  method,
  money,
  name,
  paymentStatus,
  type RowDocs,
  sentMethod,
  sentMoney,
  sessionStatus,
  time,
} from './parts';
import { breakdown, startedPayment } from './payments';

export const identity = {
  sessionId: id,
  tableSessionId: id,
  sessionCode: z.string(),
  tableId: id,
  restaurantId: id,
};
export const totals = { totalAmount: money, paidAmount: money, remainingAmount: money };

export const guest = name(
  'TableGuest',
  z.object({
    id: id.describe('Equal to guestSessionId'),
    guestSessionId: id,
    userName: z.string(),
    isHost: z.boolean(),
    createdAt: time,
    lastActivity: time,
  }),
);

export const billOrder = name(
  'BillOrder',
  z.object({
    orderId: id,
    id,
    orderNumber: z.string(),
    status: orderStatus,
    placedBy: z.string(),
    guestSessionId: id.optional(),
    placedAt: time,
    ...orderSums,
    payments: z.array(
      z.object({
        id,
        paymentId: id,
        method,
        paymentMethod: method,
        amount: money.describe('What this order still has of the payment, without the payer’s tip'),
        status: paymentStatus,
        paidAt: time.optional(),
      }),
    ),
    items: z.array(orderItem),
  }),
);

const bill = z.object({
  ...identity,
  currency,
  ...totals,
  guestSessions: z.array(guest),
  billByRound: z.record(
    z.string(),
    z.object({
      roundNumber: count,
      roundTotal: money,
      paidAmount: money,
      remainingAmount: money,
      orders: z.array(billOrder),
    }),
  ),
  summary: z.object({
    subtotal: money,
    tax: money,
    tip: money.describe('Of the orders, without what payers add'),
    grandTotal: money,
    totalPaid: money,
    remainingBalance: money,
    isFullyPaid: z.boolean(),
    updatedAt: time,
  }),
});

const tablePayment = name('TablePayment', startedPayment.extend({ ordersIncluded: z.array(id) }));

const paymentStatusAnswer = z.object({
  tableSessionId: id,
  ...totals,
  canAcceptNewPayment: z.boolean(),
  lastPaymentAt: time.optional(),
  payments: z.array(
    z.object({
      id,
      paymentId: id,
      orderId: id,
      amount: money,
      tipAmount: money,
      status: paymentStatus,
      method,
      paymentMethod: method,
      createdAt: time,
      paidBy: id.optional(),
      guestSessionId: id.optional(),
      completedAt: time.optional(),
      clientSecret: z.string().optional(),
      breakdown: breakdown.optional(),
      ordersIncluded: z.array(id),
    }),
  ),
  paymentSummary: z.object({
    byMethod: z
      .record(z.string(), money)
      .describe('By paymentMethod: what was charged and not refunded, tips included'),
    byUser: z.record(z.string(), money).describe('By guest id; `other`: by no guest of the table'),
  }),
});

const status = z.object({
  tableSessionId: id,
  status: z.enum([...sessionStatus.options, 'EXPIRED', 'PAYMENT_COMPLETE']),
  isActive: z.boolean(),
  isClosed: z.boolean(),
  isExpired: z.boolean(),
  canOrder: z.boolean(),
  createdAt: time,
  expiresAt: time,
  closedAt: time.optional(),
  ...totals,
  userCount: count,
});

export const tableSessionRows: RowDocs = {
  'GET /table-sessions/:sessionId/bill': { summary: 'The table’s bill by rounds', answer: bill },
  'GET /table-sessions/:sessionId/users': {
    summary: 'Who sits at the table',
    answer: z.object({
      ...identity,
      tableSession: z.object({ id, createdAt: time, expiresAt: time, status: sessionStatus, ...totals }),
      users: z.array(guest),
      totalUsers: count,
    }),
  },
  'GET /table-sessions/:sessionId/orders': {
    summary: 'The table’s orders by rounds',
    answer: z.object({
      ...identity,
      ordersByRound: z.record(z.string(), z.array(order)),
      ...totals,
      status: sessionStatus,
    }),
  },
  'GET /table-sessions/:sessionId/status': {
    summary: 'Whether the table is open, and what is paid',
    answer: status,
  },
  'GET /table-sessions/:sessionId/payment-status': {
    summary: 'Who has paid what, and whether more can be paid',
    answer: paymentStatusAnswer,
  },
  'POST /table-sessions/:sessionId/payment': {
    summary: 'One payer’s share of the bill, or all that is due',
    body: body({
      paymentMethod: sentMethod,
      amount: sentMoney.optional().describe('The share, without the payer’s tip'),
      tipAmount: sentMoney.optional(),
      includeOrders: z.array(id).optional(),
      splitDetails: z.looseObject({}).optional().describe('Pays the stored share of the split'),
    }),
    answer: tablePayment,
    status: 201,
  },
  'POST /table-sessions/:sessionId/payments/:paymentId/cancel': {
    summary: 'Calls off an open payment of the table',
    body: body({ reason: z.string().optional() }),
    answer: z.object({ paymentId: id, cancelled: z.boolean(), status: paymentStatus }),
  },
  'PATCH /table-sessions/:sessionId/payments/:paymentId/tip': {
    summary: 'Changes the tip of an open payment; the client secret stays',
    body: body({ tipAmount: sentMoney }),
    answer: tablePayment,
  },
  'POST /table-sessions/:sessionId/extend': {
    summary: 'Half an hour more',
    answer: z.object({ tableSessionId: id, expiresAt: time, message: z.string() }),
  },
};
