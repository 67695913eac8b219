import { assertCurrency, chargeStepMinor, toMajorString } from '@/domain/money';
import { nearestRefunds, refundable } from '@/domain/refund';
import { ServiceError } from '../errors';
import type { PaymentRow } from '../payments/payment-row';
import { counting, partsOf, type RefundRow } from './refund-row';

/**
 * How much a request means, and what of it is tip (undefined: in proportion). `refundedMinor`: all that is gone of the payment, with
 * this one and what banks took back.
 * @throws ServiceError NOTHING_REFUNDABLE, REFUND_EXCEEDS_REMAINING, AMOUNT_NOT_CHARGEABLE
 */
export function wantedAmount(
  payment: PaymentRow,
  refunds: readonly RefundRow[],
  wanted: {
    amountMinor?: number | undefined;
    part?: 'TIP' | 'BILL' | undefined;
    tipRefundMinor?: number | undefined;
    /** What banks took back and gave to who paid. */
    chargedBackMinor: number;
  },
): { refundMinor: number; tipRefundMinor: number | undefined; refundedMinor: number } {
  const tipLeftMinor = payment.tipMinor - partsOf(counting(refunds)).tipMinor;
  const capturedMinor = payment.totalMinor;
  const amounts = refunds.map((r) => ({ amountMinor: r.refundMinor, status: r.status }));
  const allLeftMinor = Math.max(0, refundable({ capturedMinor, refunds: amounts }) - wanted.chargedBackMinor);
  const leftMinor = leftOf(wanted.part, allLeftMinor, tipLeftMinor);
  if (leftMinor === 0) {
    throw new ServiceError(
      'NOTHING_REFUNDABLE',
      `${SUBJECT[wanted.part ?? 'ALL']} was refunded already, or given back by the bank.`,
    );
  }
  const refundMinor = wanted.amountMinor ?? leftMinor;
  if (refundMinor > leftMinor) {
    throw new ServiceError(
      'REFUND_EXCEEDS_REMAINING',
      'The refund is more than what is left of the payment.',
      { details: { refundMinor, leftMinor } },
    );
  }
  if (payment.provider !== 'CASH') assertCardRefund(payment.currency, refundMinor, leftMinor);
  const refundedMinor = payment.totalMinor - allLeftMinor + refundMinor;
  if (wanted.part === undefined) return { refundMinor, tipRefundMinor: wanted.tipRefundMinor, refundedMinor };
  return { refundMinor, tipRefundMinor: wanted.part === 'TIP' ? refundMinor : 0, refundedMinor };
}

/** Some currencies move on cards in steps only, on the way back too: Stripe would refuse it. */
function assertCardRefund(code: string, refundMinor: number, leftMinor: number): void {
  const currency = assertCurrency(code);
  const stepMinor = chargeStepMinor(currency);
  if (refundMinor % stepMinor === 0) return;
  const near = nearestRefunds({ refundMinor, leftMinor, stepMinor });
  const amounts = [near.lowerMinor, near.higherMinor].flatMap((minor) =>
    minor === null ? [] : [toMajorString(minor, currency)],
  );
  throw new ServiceError(
    'AMOUNT_NOT_CHARGEABLE',
    `Cards in ${currency} get multiples of ${toMajorString(stepMinor, currency)} back only${amounts.length > 0 ? `: ${amounts.join(' or ')}` : ''}.`,
    { details: { refundMinor, stepMinor, ...near } },
  );
}

function leftOf(part: 'TIP' | 'BILL' | undefined, allLeftMinor: number, tipLeftMinor: number): number {
  if (part === 'TIP') return Math.min(tipLeftMinor, allLeftMinor);
  return part === 'BILL' ? Math.max(0, allLeftMinor - tipLeftMinor) : allLeftMinor;
}

const SUBJECT = {
  ALL: 'Everything of this payment',
  TIP: 'The tip of this payment, if it had one,',
  BILL: 'The bill part of this payment',
} as const;
