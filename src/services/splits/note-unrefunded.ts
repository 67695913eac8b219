import type { Tx } from '@/db/transaction';
import { openDiscrepancy } from '../discrepancies/open';

/** Puts a paid share of a cancelled split on the work list, until its refund has gone through. */
export function noteUnrefunded(
  tx: Tx,
  share: { paymentId: string; restaurantId: string; orderId: string; currency: string; leftMinor: number },
): Promise<boolean> {
  const { leftMinor, ...of } = share;
  return openDiscrepancy(tx, {
    ...of,
    factKey: `split-refund:${share.paymentId}`,
    type: 'STATUS_MISMATCH',
    reason: 'SPLIT_REFUND_FAILED',
    severity: 'HIGH',
    expectedMinor: 0,
    actualMinor: leftMinor,
    description: 'The split was cancelled, but this share could not be refunded. Refund it by hand.',
  });
}
