import { z } from 'zod';
import { body, count, currency, id, money, name, type RowDocs, sessionStatus, time } from './parts';
import { payment } from './payments';
import { billOrder, guest, identity, totals } from './table-sessions';

const listed = name(
  'StaffSession',
  z.object({
    id,
    ...identity,
    restaurantName: z.string(),
    tableName: z.string(),
    status: sessionStatus,
    isActive: z.boolean(),
    currency,
    ...totals,
    userCount: count,
    orderCount: count,
    lastOrderAt: time.optional(),
    closedAt: time.optional(),
    sessionDuration: count.describe('Minutes'),
    needsAttention: z.boolean(),
    alertReasons: z.array(z.enum(['PAYMENT_PENDING', 'PAYMENT_OVERDUE', 'LONG_SESSION'])),
    lastActivity: time,
    createdAt: time,
    expiresAt: time,
    updatedAt: time,
  }),
);

const SCOPE = { restaurantId: 'Of this restaurant alone', dateFrom: 'ISO 8601', dateTo: 'ISO 8601' };

/** Staff's view of table sessions. */
export const staffSessionRows: RowDocs = {
  'GET /restaurant/table-sessions': {
    summary: 'Sessions as the restaurant sees them, newest first; of the last 30 days without dateFrom',
    query: {
      ...SCOPE,
      page: 'From 1',
      limit: 'Rows of a page; 50 unless said',
      status: 'One or several statuses',
      tableId: 'At this table alone',
      needsAttention: '`true`: only sessions with alert reasons; `false`: only those without',
      minAmount: 'Of the bill, major units',
      maxAmount: 'Of the bill, major units',
    },
    answer: z.object({
      sessions: z.array(listed),
      totalSessions: count,
      activeSessions: count,
      totalRevenue: money,
      pagination: z.object({ page: count, limit: count, total: count, totalPages: count }),
    }),
  },
  'GET /restaurant/table-sessions/metrics': {
    summary: 'How many sessions, how long, how large, and what they brought',
    query: SCOPE,
    answer: z.object({
      totalSessions: count,
      activeSessions: count,
      averageSessionDuration: z.number().describe('Minutes'),
      totalRevenue: money,
      revenueByCurrency: z.record(z.string(), money),
      sessionsToday: count,
      sessionsThisWeek: count,
      averagePartySize: z.number(),
      topRestaurants: z.array(
        z.object({
          restaurantId: id,
          restaurantName: z.string(),
          currency,
          totalSessions: count,
          sessionCount: count,
          revenue: money,
          totalRevenue: money,
        }),
      ),
    }),
  },
  'GET /restaurant/table-sessions/alerts': {
    summary: 'Sessions where somebody should look',
    query: SCOPE,
    answer: z.object({
      alerts: z.array(
        z.object({
          id,
          sessionId: id,
          tableSessionId: id,
          restaurantId: id,
          restaurantName: z.string(),
          tableName: z.string(),
          alertType: z.string(),
          severity: z.enum(['LOW', 'MEDIUM', 'HIGH']),
          message: z.string(),
          createdAt: time,
        }),
      ),
      totalAlerts: count,
    }),
  },
  'GET /restaurant/table-sessions/:sessionId': {
    summary: 'One session with guests, orders, payments and what happened',
    answer: z.object({
      session: listed,
      users: z.array(guest),
      orders: z.array(billOrder),
      payments: z.array(payment),
      timeline: z.array(z.looseObject({ event: z.string(), description: z.string(), timestamp: time })),
    }),
  },
  'GET /restaurant/table-sessions/:sessionId/payment-summary': {
    summary: 'What is owed, by order',
    answer: z.object({
      tableSessionId: id,
      status: sessionStatus,
      currency,
      totalOwed: money,
      totalPaid: money,
      remainingBalance: money,
      isFullyPaid: z.boolean(),
      orders: z.array(
        z.object({
          orderId: id,
          orderNumber: z.string(),
          total: money,
          paidAmount: money,
          remainingAmount: money,
          isFullyPaid: z.boolean(),
        }),
      ),
      session: z.object({
        id,
        status: sessionStatus,
        tableId: id,
        restaurantId: id,
        sessionCode: z.string(),
        createdAt: time,
        expiresAt: time,
      }),
      recommendations: z.array(z.string()),
    }),
  },
  'POST /restaurant/table-sessions/:sessionId/close': {
    summary: 'Ends a session and cancels its open payments',
    body: body({
      reason: z.string().optional(),
      forceClose: z.boolean().optional().describe('Close it although something is due'),
    }),
    answer: z.object({ sessionId: id, tableSessionId: id, status: z.literal('CLOSED'), closedAt: time }),
  },
};
