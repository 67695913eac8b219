import type { AlertKind, AlertSeverity } from '@/domain/alert';

/** Sums of a window in one currency. Minor units; percents 0 to 100. Decision 13. */
export interface Figures {
  /** Captured, on the business day of completion; what was given back later is in it. */
  grossMinor: number;
  taxMinor: number;
  tipMinor: number;
  /** Given back on these days, whenever it was captured; tips and tax included. */
  refundedMinor: number;
  tipRefundedMinor: number;
  netMinor: number;
  refunds: number;
  /** Payments started on these days. */
  transactions: number;
  /** Captured on these days. */
  successful: number;
  averageMinor: number;
  /** Of the payments started on these days. */
  pending: number;
  pendingMinor: number;
  /** declined + technicalFailures; abandoned ones are not failures. */
  failed: number;
  failedMinor: number;
  declined: number;
  technicalFailures: number;
  abandoned: number;
  /** Ever captured, of those started. */
  successRatePercent: number;
  failureRatePercent: number;
  /** Refunded amount, of the gross. */
  refundRatePercent: number;
}

export interface CurrencyMetrics {
  currency: string;
  current: Figures;
  previous: Figures;
  /** Signed; of a window that is under way without its running hour. Null: the window before had nothing to compare with. */
  growth: { revenuePercent: number | null; transactionsPercent: number | null; successRatePoints: number };
  /** Captured. Of the methods that were used. */
  methods: {
    method: 'CARD' | 'DIGITAL_WALLET' | 'CASH' | 'CRYPTO';
    transactions: number;
    amountMinor: number;
    /** Of the successful payments. */
    sharePercent: number;
  }[];
  /** All 24 hours on the restaurant's clock; captured. */
  hourly: { hour: number; revenueMinor: number; transactions: number }[];
  /** Every day of the window, rising. */
  daily: {
    businessDay: string;
    revenueMinor: number;
    refundedMinor: number;
    tipMinor: number;
    /** Captured. */
    transactions: number;
    successRatePercent: number;
  }[];
  /** Busiest first, at most five. */
  peakHours: { hour: number; transactions: number }[];
  /** 0 Sunday to 6 Saturday, best first. */
  topDays: { weekday: number; averageRevenueMinor: number; averageTransactions: number }[];
}

export interface MetricsView {
  /** Null: all that the caller may see. */
  restaurantId: string | null;
  fromDay: string;
  toDay: string;
  /** As many days right before. */
  previousFromDay: string;
  previousToDay: string;
  /** The last day is under way: the window before ends with the last full hour, on its last day. */
  isUnderWay: boolean;
  /** The clock of the restaurants, or of most of them. */
  timeZone: string;
  closingHour: number;
  /** When figures last moved. */
  countedAt: string;
  /** One entry per currency, the restaurant's own (or the platform's) first; never summed across. */
  currencies: CurrencyMetrics[];
}

export interface RealtimeView {
  restaurantId: string | null;
  at: string;
  /** As in MetricsView. `recent`: of the last hour. */
  currencies: {
    currency: string;
    recentTransactions: number;
    recentRevenueMinor: number;
    pendingPayments: number;
    pendingMinor: number;
    failedLast24h: number;
  }[];
}

/** One figure of the requirements' "Success Metrics". */
export interface Kpi {
  name:
    | 'paymentSuccessRate'
    | 'technicalSuccessRate'
    | 'completionRate'
    | 'splitAdoptionRate'
    | 'averageTimeToPay'
    | 'settlementDelay'
    | 'webhookProcessingP95'
    | 'revenueAccuracy'
    | 'lostPayments'
    | 'uptime'
    | 'customerSatisfaction';
  /** Null: not measured, see `note`. */
  value: number | null;
  unit: 'percent' | 'seconds' | 'milliseconds' | 'count';
  /** What the requirements want, if they name a figure. */
  target: { comparison: 'ABOVE' | 'BELOW' | 'EQUAL'; value: number } | null;
  isMet: boolean | null;
  /** How it is counted, or why it is not. */
  note: string;
}

export interface KpisView {
  restaurantId: string | null;
  fromDay: string;
  toDay: string;
  kpis: Kpi[];
}

export interface AlertView {
  id: string;
  kind: AlertKind;
  severity: AlertSeverity;
  /** Null: the platform's. */
  restaurantId: string | null;
  message: string;
  value: number;
  threshold: number;
  openedAt: string;
  updatedAt: string;
}

export interface HealthView {
  restaurantId: string | null;
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** 100 less what each open alert takes off. */
  score: number;
  /** What took points off, most first. */
  reasons: { alertId: string; kind: AlertKind; severity: AlertSeverity; points: number; message: string }[];
  recommendations: string[];
  alerts: { total: number; critical: number; high: number; medium: number; low: number };
  realtime: RealtimeView;
  checkedAt: string;
}

export interface VerifyView {
  /** Business days that were counted anew and compared. */
  days: number;
  /** Where figures differ from the recount for good; empty: all right. Null restaurant: the platform's sums. */
  wrong: { restaurantId: string | null; businessDay: string }[];
}
