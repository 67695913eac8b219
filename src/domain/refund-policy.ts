import { daysApart } from '@/domain/calendar-day';
import { DomainError } from '@/domain/error';

/** What a role may refund (decision 17); null: no end, no limit. */
export interface RefundPolicy {
  windowDays: number | null;
  limitMinor: number | null;
}

/**
 * Refuses a refund outside its role's window or limit. Days are business days: a window of 0 ends with the day of the
 * payment. The limit is on all that was refunded of the payment, this refund included, so that parts do not get around it.
 * @param refund days as 'YYYY-MM-DD'; `refundedMinor` with this refund
 * @throws DomainError REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT
 */
export function assertRefundAllowed(
  policy: RefundPolicy,
  refund: { paidOn: string; today: string; refundedMinor: number },
): void {
  const { windowDays, limitMinor } = policy;
  const ageDays = daysApart(refund.paidOn, refund.today);
  if (windowDays !== null && ageDays > windowDays) {
    throw new DomainError(
      'REFUND_WINDOW_CLOSED',
      'This payment is too old for a refund by your role. Ask the owner or the platform.',
      { windowDays, ageDays },
    );
  }
  if (limitMinor !== null && refund.refundedMinor > limitMinor) {
    throw new DomainError(
      'REFUND_ABOVE_LIMIT',
      'This is more than your role may refund of one payment. Ask the owner or the platform.',
      { limitMinor, refundedMinor: refund.refundedMinor },
    );
  }
}
