import { readOpenDiscrepancies, readWebhookSpeed } from '@/db/sql/metric-reads';
import { percentOf } from '@/domain/figures';
import { LOST_PAYMENT_REASONS } from '@/domain/reconciliation/processor';
import type { ServiceContext } from '../context';
import { onReplica } from '../on-replica';
import { parseInput } from '../parse';
import { scopeClock } from './clock';
import { readSums, type Sums, sumDays } from './read-sums';
import { type MetricsInput, metricsInput } from './schemas';
import { metricScope } from './scope';
import type { Kpi, KpisView } from './view';

/**
 * The figures that the requirements call their success metrics, as decision 13 defines them. Counts are of all currencies; no
 * amounts are summed. What this service cannot measure is null and says so.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT
 */
export async function readKpis(ctx: ServiceContext, raw: MetricsInput): Promise<KpisView> {
  const { restaurantId, fromDay, toDay } = parseInput(metricsInput, raw);
  const scope = await metricScope(ctx, restaurantId);
  const reads = onReplica(ctx);
  const { rows } = await readSums(reads, scope, await scopeClock(reads, scope), { fromDay, toDay });
  const speed = await reads.db.one<Speed>(readWebhookSpeed, []);
  const breaks = await reads.db.one<Breaks>(readOpenDiscrepancies, [
    scope.restaurantIds,
    fromDay,
    toDay,
    LOST_PAYMENT_REASONS,
  ]);
  const sums = sumDays(rows, { fromDay, toDay });
  return { restaurantId: scope.restaurantId, fromDay, toDay, kpis: kpisOf(sums, speed, breaks) };
}

type Speed = { count: number; p95Ms: number | null; settledAfterMs: number | null };
/** `payments`: captured in the period, with an open discrepancy; `lost`: of the period, open. */
type Breaks = { payments: number; lost: number };

function kpisOf(sums: Sums, speed: Speed, breaks: Breaks): Kpi[] {
  const sum = (column: keyof Sums) => sums[column];
  const rate = (part: number, whole: number) => (whole === 0 ? null : percentOf(part, whole));
  const started = sum('started_count');
  const bills = sum('bill_count');
  const captured = sum('captured_count');
  const doubtful = Math.min(breaks.payments, captured);
  // Rounded, one in a hundred thousand would be none.
  const accuracy = rate(captured - doubtful, captured);
  const accurate = accuracy === 100 && doubtful > 0 ? 99.99 : accuracy;
  return [
    kpi('paymentSuccessRate', rate(sum('started_captured_count'), started), 'percent', {
      target: { comparison: 'ABOVE', value: 99 },
      note: 'Payments ever captured, of all that were started. Declined cards and guests who went away count against it.',
    }),
    kpi('technicalSuccessRate', rate(started - sum('technical_count'), started), 'percent', {
      target: { comparison: 'ABOVE', value: 99 },
      note: 'Payments that no system failed: neither a decline of the card nor a guest who went away counts against it.',
    }),
    kpi('completionRate', rate(sum('paid_bill_count'), bills), 'percent', {
      target: { comparison: 'ABOVE', value: 95 },
      note: 'Orders for which as much was captured as they cost, whatever went back later, of those for which a payment was started.',
    }),
    kpi('splitAdoptionRate', rate(sum('split_bill_count'), bills), 'percent', {
      note: 'Orders that were divided among guests, of those for which a payment was started.',
    }),
    kpi('averageTimeToPay', captured === 0 ? null : rounded(sum('paying_seconds') / captured), 'seconds', {
      note: 'From the start of a payment to its capture. The guest’s own time is in it.',
    }),
    kpi(
      'settlementDelay',
      speed.settledAfterMs === null ? null : rounded(speed.settledAfterMs / 1000),
      'seconds',
      {
        target: { comparison: 'BELOW', value: 3 },
        note: 'From Stripe’s second of a success to its booking here: the platform’s last 1,000 events.',
      },
    ),
    kpi('webhookProcessingP95', speed.p95Ms === null ? null : rounded(speed.p95Ms), 'milliseconds', {
      target: { comparison: 'BELOW', value: 1000 },
      note: 'From the storing of an event to the start of its booking, retries included: 95th percentile of the platform’s last 1,000 events. The whole request is measured at /metrics, door webhook.',
    }),
    kpi('revenueAccuracy', accurate, 'percent', {
      target: { comparison: 'EQUAL', value: 100 },
      note: 'Payments captured in the period without an open discrepancy of their own, of all captured in it.',
    }),
    kpi('lostPayments', breaks.lost, 'count', {
      target: { comparison: 'EQUAL', value: 0 },
      note: 'Charges of the period that Stripe took and no payment here has, open now. One that names no restaurant counts for the platform alone.',
    }),
    kpi('uptime', null, 'percent', {
      target: { comparison: 'ABOVE', value: 99.9 },
      note: 'Not measured here: a service cannot see its own absence. Let a monitor ask GET /health.',
    }),
    kpi('customerSatisfaction', null, 'percent', {
      note: 'Not measurable here: no guest is asked. It needs a survey.',
    }),
  ];
}

function kpi(
  name: Kpi['name'],
  value: number | null,
  unit: Kpi['unit'],
  { target = null, note }: { target?: Kpi['target']; note: string },
): Kpi {
  return {
    name,
    value,
    unit,
    target,
    isMet: value === null || target === null ? null : meets(value, target),
    note,
  };
}

function meets(value: number, target: NonNullable<Kpi['target']>): boolean {
  if (target.comparison === 'EQUAL') return value === target.value;
  return target.comparison === 'ABOVE' ? value > target.value : value < target.value;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
