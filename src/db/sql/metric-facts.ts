import { DECLINE_CODES } from '@/domain/payment/failure-words';
import { CAPTURED } from './captured';
import { BILL } from './reconciliation-terms';

/**
 * What every cell of the kept figures counts. A cell is one hour of a business day, by currency and method: of a restaurant
 * (metric_hours) or of all (platform_metric_hours). Amounts are minor units.
 */
export const METRIC_COLUMNS = [
  // Payments that were started in the hour, and what became of them since.
  'started_count',
  'started_captured_count', // ever captured (decision 13)
  'open_count', // PENDING or PROCESSING
  'open_amount',
  'declined_count', // never captured, with a code of a card or its bank
  'technical_count', // never captured, with another code than those of a decline
  'abandoned_count', // CANCELLED without any failure
  'failed_amount', // of declined and technical ones
  // Orders whose first payment was started in the hour.
  'bill_count',
  'paid_bill_count',
  'split_bill_count',
  // Payments that were captured in the hour, whatever was given back since.
  'captured_count',
  'captured_amount',
  'captured_tax_amount',
  'captured_tip_amount',
  'paying_seconds', // from start to capture
  // Money that went back in the hour; a refund that failed after all counts negative when it failed.
  'refund_count',
  'refund_amount',
  'refund_tax_amount',
  'refund_tip_amount',
] as const;
export type MetricColumn = (typeof METRIC_COLUMNS)[number];

/** The columns, each as `write` puts it, as a list. */
export function eachColumn(write: (column: MetricColumn) => string): string {
  return METRIC_COLUMNS.map(write).join(', ');
}

/**
 * The business day of an instant on the clock of a row that has one (`r`: restaurants), as domain/business-day.ts reckons it: the
 * wall clock less the closing hour. A property test holds both against each other, on the days of clock changes too.
 */
export function businessDayIn(instant: string, clock = 'r'): string {
  return `((${instant} AT TIME ZONE ${clock}.time_zone) - make_interval(hours => ${clock}.closing_hour))::date`;
}

function hourIn(instant: string): string {
  return `extract(hour FROM ${instant} AT TIME ZONE d.time_zone)::smallint`;
}

/** A SELECT of facts: the named columns, 0 in the others. */
function facts(counts: Partial<Record<MetricColumn, string>>, hourOf: string, from: string): string {
  const columns = eachColumn((column) => `${counts[column] ?? '0'} AS ${column}`);
  return `SELECT d.restaurant_id, d.business_day, p.currency, ${hourIn(hourOf)} AS hour, p.method, ${columns} ${from}`;
}

const DECLINES = DECLINE_CODES.map((code) => `'${code}'`).join(', ');
const FAILED = `(p.status = 'FAILED' OR (p.status = 'CANCELLED' AND p.failure_code IS NOT NULL))`;
const IS_TECHNICAL = `coalesce(p.failure_code, 'unknown') NOT IN (${DECLINES})`;
const IS_CAPTURED = `p.status IN ${CAPTURED}`;

const STARTED = facts(
  {
    started_count: '1',
    started_captured_count: `(${IS_CAPTURED})::int`,
    open_count: `(p.status IN ('PENDING', 'PROCESSING'))::int`,
    open_amount: `CASE WHEN p.status IN ('PENDING', 'PROCESSING') THEN p.total_amount ELSE 0 END`,
    declined_count: `(${FAILED} AND NOT ${IS_TECHNICAL})::int`,
    technical_count: `(${FAILED} AND ${IS_TECHNICAL})::int`,
    abandoned_count: `(p.status = 'CANCELLED' AND p.failure_code IS NULL)::int`,
    failed_amount: `CASE WHEN ${FAILED} THEN p.total_amount ELSE 0 END`,
    bill_count: 'bill.started',
    paid_bill_count: 'bill.paid',
    split_bill_count: 'bill.split',
  },
  'p.created_at',
  `
  FROM days d JOIN payments p ON p.restaurant_id = d.restaurant_id AND p.created_at >= d.begin AND p.created_at < d.finish
    AND ${businessDayIn('p.created_at', 'd')} = d.business_day
  CROSS JOIN LATERAL (
    SELECT count(*) AS started, count(*) FILTER (WHERE s.captured_amount > 0 AND s.captured_amount >= ${BILL}) AS paid,
      count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM payment_allocations b JOIN payments q ON q.id = b.payment_id
        WHERE b.order_id = a.order_id AND (q.split_group_id IS NOT NULL OR q.split_calculation_id IS NOT NULL))) AS split
    FROM payment_allocations a JOIN order_payment_states s ON s.order_id = a.order_id JOIN orders o ON o.id = a.order_id
    WHERE a.payment_id = p.id AND NOT EXISTS (
      SELECT 1 FROM payment_allocations b JOIN payments q ON q.id = b.payment_id
      WHERE b.order_id = a.order_id AND (q.created_at, q.id) < (p.created_at, p.id))
  ) bill`,
);

const PAID = facts(
  {
    captured_count: '1',
    captured_amount: 'p.total_amount',
    captured_tax_amount: 'p.tax_amount',
    captured_tip_amount: 'p.tip_amount',
    paying_seconds: 'greatest(0, extract(epoch FROM p.completed_at - p.created_at))::bigint',
  },
  'p.completed_at',
  `
  FROM days d JOIN payments p ON p.restaurant_id = d.restaurant_id AND p.business_day = d.business_day AND ${IS_CAPTURED}`,
);

// By their facts in the ledger, whose day is written down: a refund, and one that failed later.
const SIGN = `CASE WHEN t.fact_key = 'refund:' || f.id THEN 1 ELSE -1 END`;
const GIVEN_BACK = facts(
  {
    refund_count: SIGN,
    refund_amount: `${SIGN} * f.refund_amount`,
    refund_tax_amount: `${SIGN} * f.tax_refund_amount`,
    refund_tip_amount: `${SIGN} * f.tip_refund_amount`,
  },
  't.occurred_at',
  `
  FROM days d JOIN ledger_transactions t ON t.restaurant_id = d.restaurant_id AND t.business_day = d.business_day AND t.fact_key LIKE 'refund%'
  JOIN payment_refunds f ON f.payment_id = t.payment_id AND t.fact_key IN ('refund:' || f.id, 'refund-failed:' || f.id)
  JOIN payments p ON p.id = f.payment_id`,
);

/**
 * Days are those of the clock that is noted (metric_clocks), never of the restaurant's own: that may change while days are marked
 * and counted, and change back unseen.
 *
 * Common table expressions `days` ($1: restaurants, $2: their days) and `fresh`: the cells of those days, counted from the facts.
 */
export const FRESH = `days AS MATERIALIZED (
  -- Two hours of room on both sides: on the day of a clock change the bounds are off by one, the reckoned day is not.
  SELECT r.restaurant_id, n.business_day, r.time_zone, r.closing_hour,
    (n.business_day + make_interval(hours => r.closing_hour - 2)) AT TIME ZONE r.time_zone AS begin,
    (n.business_day + make_interval(days => 1, hours => r.closing_hour + 2)) AT TIME ZONE r.time_zone AS finish
  FROM unnest($1::text[], $2::date[]) AS n (restaurant_id, business_day) JOIN metric_clocks r ON r.restaurant_id = n.restaurant_id
), facts AS (${STARTED} UNION ALL ${PAID} UNION ALL ${GIVEN_BACK}
), fresh AS MATERIALIZED (
  SELECT restaurant_id, business_day, currency, hour, method, ${eachColumn((column) => `sum(${column})::bigint AS ${column}`)}
  FROM facts GROUP BY 1, 2, 3, 4, 5
)`;
