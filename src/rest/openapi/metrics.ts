import { z } from 'zod';
import { count, currency, id, money, percent, type RowDocs, severity, time } from './parts';

const RESTAURANT = { restaurantId: 'Of this restaurant; for admins all without it' };

const figures = {
  currency,
  totalRevenue: money,
  netRevenue: money,
  totalTransactions: count,
  successfulTransactions: count,
  pendingPayments: count,
  pendingAmount: money,
  failedPayments: count,
  refundedPayments: count,
  refundedAmount: money,
  averageTransactionValue: money,
  successRate: percent,
  failureRate: percent,
  refundRate: percent.describe('Refunds of the period per 100 payments started in it; at most 100'),
  cardTransactions: count,
  cardAmount: money,
  digitalWalletTransactions: count,
  digitalWalletAmount: money,
  cashTransactions: count,
  cashAmount: money,
  cardPercentage: percent,
  walletPercentage: percent,
  cashPercentage: percent,
  paymentMethodBreakdown: z
    .array(
      z.object({
        method: z.enum(['CARD', 'DIGITAL_WALLET', 'CASH', 'CRYPTO']),
        count,
        amount: money,
        percentage: percent,
      }),
    )
    .describe('Captured payments by method, the largest amount first'),
  revenueGrowth: z.number().describe('Signed percent, against the period before'),
  transactionGrowth: z.number(),
  successRateChange: z.number(),
};

const now = {
  recentTransactions: count,
  recentRevenue: money,
  pendingPayments: count,
  failedPaymentsLast24h: count,
};

export const metricRows: RowDocs = {
  'GET /payments/metrics': {
    summary: 'Figures of a period',
    query: {
      ...RESTAURANT,
      startDate: 'ISO 8601',
      endDate: 'ISO 8601',
      includeHourlyData: '`true` for hourlyData',
      includeTrendData: '`true` for dailyTrend',
    },
    answer: z.looseObject({
      ...figures,
      otherCurrencies: z.array(z.looseObject(figures)),
      hourlyData: z.array(z.object({ hour: count, revenue: money, transactions: count })).optional(),
      dailyTrend: z
        .array(z.object({ date: z.string(), revenue: money, transactions: count, successRate: percent }))
        .optional(),
      peakHours: z.array(z.looseObject({ hour: count, transactions: count })),
      topDays: z.array(
        z.object({ dayOfWeek: z.string(), averageRevenue: money, averageTransactions: z.number() }),
      ),
    }),
  },
  'GET /payments/metrics/realtime': {
    summary: 'The last moments',
    query: RESTAURANT,
    answer: z.looseObject({ ...now, currency: currency.optional(), lastUpdate: time }),
  },
  'GET /payments/alerts': {
    summary: 'What is wrong right now',
    query: RESTAURANT,
    answer: z.array(
      z.looseObject({
        id,
        type: z.string(),
        severity,
        message: z.string(),
        value: z.number().optional(),
        threshold: z.number().optional(),
        createdAt: time.optional(),
      }),
    ),
  },
  'GET /payments/reconciliation': {
    summary: 'Money of a period, and what does not fit; for owners and admins',
    query: { ...RESTAURANT, startDate: 'ISO 8601', endDate: 'ISO 8601' },
    answer: z.object({
      currency,
      summary: z.object({
        grossRevenue: money,
        refunds: money,
        netRevenue: money,
        pendingAmount: money,
        failedAmount: money,
      }),
      transactions: z.object({
        completed: count,
        pending: count,
        failed: count,
        refunded: count,
        total: count,
      }),
      byMethod: z.record(z.string(), z.object({ count, amount: money })),
      discrepancies: z.array(
        z.object({
          id,
          type: z.enum(['MISSING_PAYMENT', 'DUPLICATE_PAYMENT', 'AMOUNT_MISMATCH', 'STATUS_MISMATCH']),
          paymentId: id.optional(),
          orderId: id.optional(),
          expectedAmount: z.number().optional(),
          actualAmount: z.number().optional(),
          description: z.string(),
          severity,
          createdAt: time,
        }),
      ),
      discrepanciesTruncated: z.boolean().describe('Only the 500 newest open ones are listed'),
    }),
  },
  'GET /payments/health': {
    summary: 'How payments are doing, with a score of 0 to 100',
    query: RESTAURANT,
    answer: z.looseObject({
      status: z.enum(['HEALTHY', 'MONITORING', 'WARNING', 'CRITICAL']),
      score: z.number(),
      lastCheck: time,
      metrics: z.looseObject(now),
      alerts: z.looseObject({ total: count }),
      recommendations: z.array(z.string()),
    }),
  },
};
