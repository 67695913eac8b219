import { findOpenDiscrepancy } from '@/db/sql/discrepancies';
import type { Tx } from '@/db/transaction';
import { openDiscrepancy } from '../discrepancies/open';

const REASON = 'SPLIT_REFUND_FAILED';

/**
 * Puts a paid share of a cancelled split on the work list, until its money has gone back. Once for as long as that is open, and
 * again when another refund of it has failed since.
 */
export async function noteUnrefunded(
  tx: Tx,
  share: {
    paymentId: string;
    restaurantId: string;
    orderId: string;
    currency: string;
    leftMinor: number;
    failedRefunds: number;
  },
): Promise<void> {
  const { leftMinor, failedRefunds, ...of } = share;
  if ((await tx.maybeOne(findOpenDiscrepancy, [of.paymentId, REASON])) !== null) return;
  await openDiscrepancy(tx, {
    ...of,
    factKey: `split-refund:${of.paymentId}:${failedRefunds}`,
    type: 'STATUS_MISMATCH',
    reason: REASON,
    severity: 'HIGH',
    expectedMinor: 0,
    actualMinor: leftMinor,
    description: 'The split was cancelled, but this share could not be refunded. Refund it by hand.',
  });
}
