import { readFailedRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { leftMinor } from '@/domain/refund-left';
import { openDiscrepancy } from '../discrepancies/open';
import { reopenWhatItCorrected } from '../discrepancies/reopen-corrected';
import type { ChangeOrigin } from '../payments/fact-context';
import type { PaymentRow } from '../payments/payment-row';
import { type PaymentChange, recordChange } from '../payments/record-change';
import { readLeft } from './payment-left';

/** A refund has failed before any money moved: the books stay as they are, and who watches the payment learns of it. */
export async function recordFailed(
  tx: Tx,
  origin: ChangeOrigin,
  payment: PaymentRow,
  failed: { refundId: string; details: NonNullable<PaymentChange['details']>; isAwaited: boolean },
): Promise<void> {
  const { refundId, details, isAwaited } = failed;
  await recordChange(tx, origin, payment, {
    action: 'refund_failed',
    patch: {},
    details,
    events: ['payment:status_updated'],
    refund: { refundId, refundMinor: 0, refundedMinor: payment.refundedMinor },
  });
  await followFailed(tx, origin, payment, { refundId, isAwaited, guestCreditMinor: 0 });
}

/**
 * Puts money on the work list that was to go back and stays, as who asked for it saw the refund under way or done. In the
 * transaction that fails the refund, after its row and its money. Other cases know of it already: the one that it was to
 * correct, which is open again; a cancelled split, which gives it back or asks for it (splits/finish-cancelling.ts); what was
 * over-collected, which the system's own refunds give back (docs/adr/0037-automatic-refunds.md).
 * @param failed.isAwaited who asked for it gets the refusal as the answer
 * @param failed.guestCreditMinor what of it is on the work list as over-collected
 */
export async function followFailed(
  tx: Tx,
  origin: ChangeOrigin,
  payment: PaymentRow,
  failed: { refundId: string; isAwaited: boolean; guestCreditMinor: number },
): Promise<void> {
  const { refundId, isAwaited, guestCreditMinor } = failed;
  const isCaseAgain = await reopenWhatItCorrected(tx, origin, { refundId, paymentId: payment.id });
  if (isCaseAgain || isAwaited) return;
  const { refundMinor, isCaseOfOthers } = await tx.one<FailedRefund>(readFailedRefund, [refundId]);
  if (isCaseOfOthers || guestCreditMinor >= refundMinor) return;
  const actualMinor = leftMinor(await readLeft(tx, payment.id));
  await openDiscrepancy(tx, {
    factKey: `refund-failed:${refundId}`,
    restaurantId: payment.restaurantId,
    type: 'STATUS_MISMATCH',
    reason: 'REFUND_FAILED',
    severity: 'HIGH',
    paymentId: payment.id,
    orderId: payment.orderId,
    currency: payment.currency,
    expectedMinor: Math.max(0, actualMinor - (refundMinor - guestCreditMinor)),
    actualMinor,
    description:
      'A refund failed after it had been under way: the guest did not get the difference. Refund it again.',
  });
}

type FailedRefund = { refundMinor: number; isCaseOfOthers: boolean };
