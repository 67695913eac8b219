import type { BookSide, StripeSide } from './facts';

/** Each refund is the same on both sides, and their sum is never more than was captured. */
export function auditRefunds(stripe: StripeSide, books: BookSide): string[] {
  const breaches: string[] = [];
  const rows = new Map(books.refunds.map((refund) => [refund.refundId, refund]));
  for (const refund of stripe.refunds) {
    const row = rows.get(refund.id);
    const isListed = books.discrepancies.some((listed) => listed.factKey === `refund:${refund.id}`);
    if (!row && isListed) continue;
    if (!row) breaches.push(`refund ${refund.id} of ${refund.amount} is not in the database`);
    else if (row.amountMinor !== refund.amount)
      breaches.push(`refund ${refund.id} is ${refund.amount} at Stripe and ${row.amountMinor} here`);
    else if (row.status !== STATUSES[refund.status ?? ''])
      breaches.push(`refund ${refund.id} is ${refund.status} at Stripe and ${row.status} here`);
  }
  const asked = new Map<string, string[]>();
  for (const refund of stripe.refunds) {
    const refundId = refund.metadata?.refundId;
    if (refundId !== undefined) asked.set(refundId, [...(asked.get(refundId) ?? []), refund.id]);
  }
  for (const [refundId, ids] of asked)
    if (ids.length > 1) breaches.push(`refund ${refundId} was made ${ids.length} times: ${ids.join(', ')}`);

  const cash = new Set(books.payments.filter(({ provider }) => provider === 'CASH').map(({ id }) => id));
  for (const refund of books.refunds) {
    // Cash refunds are checked by the drawers (drawers.ts).
    if (cash.has(refund.paymentId)) continue;
    const isKnown = stripe.refunds.some((candidate) => candidate.id === refund.refundId);
    if (refund.status === 'PROCESSING' && !isKnown) breaches.push(`refund ${refund.id} was never finished`);
    if (refund.status === 'COMPLETED' && !isKnown)
      breaches.push(`refund ${refund.id} is COMPLETED here, but Stripe has no ${refund.refundId}`);
  }
  for (const payment of books.payments) {
    const completed = books.refunds.filter(
      (refund) => refund.paymentId === payment.id && refund.status === 'COMPLETED',
    );
    const sumMinor = completed.reduce((total, refund) => total + refund.amountMinor, 0);
    if (sumMinor !== payment.refundedMinor)
      breaches.push(`payment ${payment.id} says ${payment.refundedMinor} refunded, its refunds ${sumMinor}`);
    if (sumMinor > payment.totalMinor)
      breaches.push(`payment ${payment.id} of ${payment.totalMinor} was refunded ${sumMinor}`);
  }
  return breaches;
}

const STATUSES: Readonly<Record<string, string>> = {
  pending: 'PROCESSING',
  requires_action: 'PROCESSING',
  succeeded: 'COMPLETED',
  failed: 'FAILED',
  canceled: 'FAILED',
};
