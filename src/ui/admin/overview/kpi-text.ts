import type { Kpi } from '@/services/analytics/view';
import { count } from '../format';

export const KPI_NAMES: Record<Kpi['name'], string> = {
  paymentSuccessRate: 'Payment success rate',
  technicalSuccessRate: 'Technical success rate',
  completionRate: 'Bills paid in full',
  splitAdoptionRate: 'Bills that were split',
  averageTimeToPay: 'Average time to pay',
  settlementDelay: 'Booked after Stripe',
  webhookProcessingP95: 'Webhook processing (p95)',
  revenueAccuracy: 'Revenue accuracy',
  lostPayments: 'Lost payments',
  uptime: 'Uptime',
  customerSatisfaction: 'Customer satisfaction',
};

const UNITS: Record<Kpi['unit'], string> = { percent: ' %', seconds: ' s', milliseconds: ' ms', count: '' };
const COMPARISONS = { ABOVE: 'above ', BELOW: 'below ', EQUAL: '' } as const;

/** As people read it. No digit is rounded away: 99.99 percent are not all. */
export function valueText({ value, unit }: Pick<Kpi, 'value' | 'unit'>): string {
  return value === null ? 'not measured' : `${count(value)}${UNITS[unit]}`;
}

/** What the requirements want; null where they name no figure. */
export function targetText({ target, unit }: Pick<Kpi, 'target' | 'unit'>): string | null {
  if (target === null) return null;
  return `Target: ${COMPARISONS[target.comparison]}${count(target.value)}${UNITS[unit]}`;
}
