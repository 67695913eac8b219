import { percentOf } from '@/domain/figures';
import type {
  AlertView,
  CurrencyMetrics,
  HealthView,
  MetricsView,
  RealtimeView,
} from '@/services/analytics/view';
import { major } from '../money';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * Flat figures in major units of one currency: the restaurant's, or the platform's main one. Other currencies are in
 * `otherCurrencies`: currencies are never summed.
 */
export function metricsBody(view: MetricsView, include: { hourly: boolean; trend: boolean }) {
  const [own, ...others] = view.currencies.map((metrics) => ({ metrics, body: currencyBody(metrics) }));
  if (!own) throw new Error('figures of no currency');
  const { metrics, body } = own;
  const amount = (minor: number) => major(minor, metrics.currency);
  return {
    ...body,
    otherCurrencies: others.map((other) => other.body),
    ...(include.hourly
      ? {
          hourlyData: metrics.hourly.map(({ hour, revenueMinor, transactions }) => ({
            hour,
            revenue: amount(revenueMinor),
            transactions,
          })),
        }
      : {}),
    ...(include.trend
      ? {
          dailyTrend: metrics.daily.map((day) => ({
            date: day.businessDay,
            revenue: amount(day.revenueMinor),
            transactions: day.transactions,
            successRate: day.successRatePercent,
          })),
        }
      : {}),
    peakHours: metrics.peakHours,
    topDays: metrics.topDays.map((day) => ({
      dayOfWeek: WEEKDAYS[day.weekday],
      averageRevenue: amount(day.averageRevenueMinor),
      averageTransactions: day.averageTransactions,
    })),
  };
}

function currencyBody({ currency, current, previous, growth, methods }: CurrencyMetrics) {
  const amount = (minor: number) => major(minor, currency);
  const of = (name: CurrencyMetrics['methods'][number]['method']) =>
    methods.find(({ method }) => method === name) ?? { transactions: 0, amountMinor: 0 };
  const [card, wallet, cash] = [of('CARD'), of('DIGITAL_WALLET'), of('CASH')];
  const share = (part: { transactions: number }) => percentOf(part.transactions, current.successful);
  // The screens need a number: a rise from nothing is 100 percent.
  const change = (percent: number | null, now: number) => percent ?? (now > 0 ? 100 : 0);
  return {
    currency,
    totalRevenue: amount(current.grossMinor),
    netRevenue: amount(current.netMinor),
    totalTransactions: current.transactions,
    successfulTransactions: current.successful,
    pendingPayments: current.pending,
    pendingAmount: amount(current.pendingMinor),
    failedPayments: current.failed,
    refundedPayments: current.refunds,
    refundedAmount: amount(current.refundedMinor),
    averageTransactionValue: amount(current.averageMinor),
    successRate: current.successRatePercent,
    failureRate: current.failureRatePercent,
    refundRate: refundRate(current),
    cardTransactions: card.transactions,
    cardAmount: amount(card.amountMinor),
    digitalWalletTransactions: wallet.transactions,
    digitalWalletAmount: amount(wallet.amountMinor),
    cashTransactions: cash.transactions,
    cashAmount: amount(cash.amountMinor),
    cardPercentage: share(card),
    walletPercentage: share(wallet),
    cashPercentage: share(cash),
    paymentMethodBreakdown: methods.map(({ method, transactions, amountMinor, sharePercent }) => ({
      method,
      count: transactions,
      amount: amount(amountMinor),
      percentage: sharePercent,
    })),
    revenueGrowth: change(growth.revenuePercent, current.grossMinor - previous.grossMinor),
    transactionGrowth: change(growth.transactionsPercent, current.transactions - previous.transactions),
    successRateChange: growth.successRatePoints,
  };
}

/**
 * Refunds of the period as a percentage of all payments started in it; the other rates have the same denominator
 * (legacy-contract 7, row 19). At most 100: refunds can be of earlier payments, and a payment can have several.
 */
function refundRate({ refunds, transactions }: CurrencyMetrics['current']): number {
  return percentOf(Math.min(Math.max(0, refunds), transactions), transactions);
}

export function realtimeBody({ currencies, at }: RealtimeView) {
  const [own] = currencies;
  return {
    currency: own?.currency,
    recentTransactions: own?.recentTransactions ?? 0,
    recentRevenue: own ? major(own.recentRevenueMinor, own.currency) : 0,
    pendingPayments: own?.pendingPayments ?? 0,
    failedPaymentsLast24h: own?.failedLast24h ?? 0,
    lastUpdate: at,
  };
}

export function alertBody(alert: AlertView) {
  return {
    id: alert.id,
    type: alert.kind,
    severity: alert.severity,
    message: alert.message,
    value: Math.round(alert.value * 100) / 100,
    threshold: alert.threshold,
    createdAt: alert.openedAt,
    ...(alert.restaurantId === null ? {} : { restaurantId: alert.restaurantId }),
  };
}

/** The clients compare these four values (legacy-contract section 4). */
function wireHealth(score: number): 'HEALTHY' | 'MONITORING' | 'WARNING' | 'CRITICAL' {
  if (score >= 90) return 'HEALTHY';
  if (score >= 75) return 'MONITORING';
  return score >= 60 ? 'WARNING' : 'CRITICAL';
}

export function healthBody(health: HealthView) {
  const { lastUpdate: _, currency: __, ...metrics } = realtimeBody(health.realtime);
  return {
    status: wireHealth(health.score),
    score: health.score,
    lastCheck: health.checkedAt,
    metrics,
    alerts: health.alerts,
    recommendations: health.recommendations,
    reasons: health.reasons.map(({ message, points }) => ({ message, points })),
  };
}
