import { readMetricCursor } from '@/db/sql/metric-updates';
import { addDays, dayCount } from '@/domain/calendar-day';
import { averageMinor, averagesByWeekday, busiestHours, growthPercent, percentOf } from '@/domain/figures';
import type { ServiceContext } from '../context';
import { onReplica } from '../on-replica';
import { parseInput } from '../parse';
import { scopeClock } from './clock';
import { readSums, type SumRow, type Sums, sumDays, sumFullHours, type Window } from './read-sums';
import { type MetricsInput, metricsInput } from './schemas';
import { byCurrency, metricScope } from './scope';
import type { CurrencyMetrics, Figures, MetricsView } from './view';

const PEAK_HOURS = 5;

/**
 * The figures of a period by business day, of one restaurant or of all that the caller may see, beside those of as many days
 * before. Read from kept sums, so as fast with millions of payments.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT
 */
export async function readMetrics(ctx: ServiceContext, raw: MetricsInput): Promise<MetricsView> {
  const { restaurantId, fromDay, toDay } = parseInput(metricsInput, raw);
  const scope = await metricScope(ctx, restaurantId);
  const reads = onReplica(ctx);
  const clock = await scopeClock(reads, scope);
  const { rows, previous, isUnderWay } = await readSums(reads, scope, clock, { fromDay, toDay });
  const { countedAt } = await reads.db.one<{ countedAt: Date }>(readMetricCursor, []);
  const currencies = [...new Set([scope.currency, ...rows.map((row) => row.currency)])].map((currency) =>
    metricsOf(
      currency,
      rows.filter((row) => row.currency === currency),
      { window: { fromDay, toDay }, previous },
    ),
  );
  return {
    restaurantId: scope.restaurantId,
    fromDay,
    toDay,
    previousFromDay: previous.fromDay,
    previousToDay: previous.toDay,
    isUnderWay,
    timeZone: clock.timeZone,
    closingHour: clock.closingHour,
    countedAt: countedAt.toISOString(),
    currencies: currencies.toSorted(byCurrency(scope)),
  };
}

function metricsOf(
  currency: string,
  rows: readonly SumRow[],
  windows: { window: Window; previous: Window },
): CurrencyMetrics {
  const { window } = windows;
  const current = figuresOf(sumDays(rows, window));
  const comparable = figuresOf(sumFullHours(rows, window));
  const previous = figuresOf(sumDays(rows, windows.previous));
  const hourly = hoursOf(rows);
  const daily = daysOf(rows, window);
  const days = daily.map((day) => ({
    businessDay: day.businessDay,
    amountMinor: day.revenueMinor,
    count: day.transactions,
  }));
  return {
    currency,
    current,
    previous,
    growth: {
      revenuePercent: growthPercent(comparable.grossMinor, previous.grossMinor),
      transactionsPercent: growthPercent(comparable.transactions, previous.transactions),
      successRatePoints:
        Math.round((comparable.successRatePercent - previous.successRatePercent) * 100) / 100,
    },
    methods: methodsOf(rows, current.successful),
    hourly,
    daily,
    peakHours: busiestHours(
      hourly.map(({ hour, transactions }) => ({ hour, count: transactions })),
      PEAK_HOURS,
    ).map(({ hour, count }) => ({ hour, transactions: count })),
    topDays: averagesByWeekday(window, days).map((day) => ({
      weekday: day.weekday,
      averageRevenueMinor: day.averageMinor,
      averageTransactions: day.averageCount,
    })),
  };
}

function figuresOf(sums: Sums): Figures {
  const sum = (column: keyof Sums) => sums[column];
  const failed = sum('declined_count') + sum('technical_count');
  return {
    grossMinor: sum('captured_amount'),
    taxMinor: sum('captured_tax_amount'),
    tipMinor: sum('captured_tip_amount'),
    refundedMinor: sum('refund_amount'),
    tipRefundedMinor: sum('refund_tip_amount'),
    netMinor: sum('captured_amount') - sum('refund_amount'),
    refunds: sum('refund_count'),
    transactions: sum('started_count'),
    successful: sum('captured_count'),
    averageMinor: averageMinor(sum('captured_amount'), sum('captured_count')),
    pending: sum('open_count'),
    pendingMinor: sum('open_amount'),
    failed,
    failedMinor: sum('failed_amount'),
    declined: sum('declined_count'),
    technicalFailures: sum('technical_count'),
    abandoned: sum('abandoned_count'),
    successRatePercent: percentOf(sum('started_captured_count'), sum('started_count')),
    failureRatePercent: percentOf(failed, sum('started_count')),
    refundRatePercent: percentOf(sum('refund_amount'), sum('captured_amount')),
  };
}

function methodsOf(rows: readonly SumRow[], successful: number): CurrencyMetrics['methods'] {
  return rows
    .flatMap((row) =>
      row.method === null || row.captured_count === 0 ? [] : [{ ...row, method: row.method }],
    )
    .map((row) => ({
      method: row.method,
      transactions: row.captured_count,
      amountMinor: row.captured_amount,
      sharePercent: percentOf(row.captured_count, successful),
    }))
    .toSorted((a, b) => b.amountMinor - a.amountMinor);
}

function hoursOf(rows: readonly SumRow[]): CurrencyMetrics['hourly'] {
  const byHour = new Map(rows.map((row) => [row.hour, row]));
  return Array.from({ length: 24 }, (_, hour) => ({
    hour,
    revenueMinor: byHour.get(hour)?.captured_amount ?? 0,
    transactions: byHour.get(hour)?.captured_count ?? 0,
  }));
}

function daysOf(rows: readonly SumRow[], window: Window): CurrencyMetrics['daily'] {
  const byDay = new Map(rows.map((row) => [row.businessDay, row]));
  return Array.from({ length: dayCount(window) }, (_, i) => {
    const businessDay = addDays(window.fromDay, i);
    const row = byDay.get(businessDay);
    return {
      businessDay,
      revenueMinor: row?.captured_amount ?? 0,
      refundedMinor: row?.refund_amount ?? 0,
      tipMinor: row?.captured_tip_amount ?? 0,
      transactions: row?.captured_count ?? 0,
      successRatePercent: percentOf(row?.started_captured_count ?? 0, row?.started_count ?? 0),
    };
  });
}
