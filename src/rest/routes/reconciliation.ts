import { periodOfInstants } from '@/services/analytics/period';
import { readSummary } from '@/services/reconciliation';
import type { ReconciliationSummary } from '@/services/reconciliation/summary';
import { ok, type RestCall, type Route } from '../call';
import { major } from '../money';
import { dateOf } from '../query';

/** Legacy-contract 3.3: for owners of their restaurant and admins, as the books are. */
export const reconciliationRoutes: readonly Route[] = [
  { method: 'GET', path: '/payments/reconciliation', who: 'verb', handle: reconciliation },
];

/** Screens send moments; figures are by business day. Without dates: the day that is under way. */
async function reconciliation({ ctx, query }: RestCall) {
  const now = ctx.clock.now();
  const restaurantId = query.get('restaurantId') || undefined;
  const restaurant = restaurantId === undefined ? {} : { restaurantId };
  const given = { ...dateOf(query, 'startDate', 'from'), ...dateOf(query, 'endDate', 'to') };
  const period = await periodOfInstants(ctx, { ...restaurant, from: given.from ?? now, to: given.to ?? now });
  return ok(summaryBody(await readSummary(ctx, { ...restaurant, ...period })));
}

/** Amounts in major units; keys of methods by their fine names. Absent amounts are left out. */
function summaryBody(summary: ReconciliationSummary) {
  const amount = (minor: number, currency = summary.currency) => major(minor, currency);
  return {
    currency: summary.currency,
    summary: {
      grossRevenue: amount(summary.grossMinor),
      refunds: amount(summary.refundedMinor),
      netRevenue: amount(summary.netMinor),
      pendingAmount: amount(summary.pendingMinor),
      failedAmount: amount(summary.failedMinor),
    },
    transactions: summary.counts,
    byMethod: Object.fromEntries(
      summary.byMethod.map(({ method, count, amountMinor }) => [
        method,
        { count, amount: amount(amountMinor) },
      ]),
    ),
    discrepancies: summary.discrepancies.map((found) => {
      const currency = found.currency ?? summary.currency;
      return {
        id: found.id,
        type: found.type,
        ...(found.paymentId === null ? {} : { paymentId: found.paymentId }),
        ...(found.orderId === null ? {} : { orderId: found.orderId }),
        ...(found.expectedMinor === null ? {} : { expectedAmount: amount(found.expectedMinor, currency) }),
        ...(found.actualMinor === null ? {} : { actualAmount: amount(found.actualMinor, currency) }),
        description: found.description,
        severity: found.severity,
        createdAt: found.createdAt,
      };
    }),
    discrepanciesTruncated: summary.areDiscrepanciesCut,
  };
}
