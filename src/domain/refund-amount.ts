import { DomainError } from '@/domain/error';
import { assertCurrency, chargeStepMinor, toMajorString } from '@/domain/money';
import { nearestRefunds, refundable } from '@/domain/refund';
import { counting, partsOf, type RefundParts } from '@/domain/refund-parts';

/** What of a payment is given back. Absent: all of it that is left. Minor units. */
export interface WantedRefund {
  amountMinor?: number | undefined;
  part?: 'TIP' | 'BILL' | undefined;
  tipRefundMinor?: number | undefined;
  /** What banks took back and gave to who paid. */
  chargedBackMinor: number;
}

/** What one refund can give back: of everything, of the bill (subtotal and tax), of the tip. Minor units, each >= 0. */
export interface Refundable {
  allMinor: number;
  billMinor: number;
  tipMinor: number;
}

type Payment = { totalMinor: number; tipMinor: number; currency: string; provider: string };
type Refunds = readonly (Omit<RefundParts, 'orderAmounts'> & { status: string })[];

/** Minor units. `tipRefundMinor`: what of it is tip; undefined: in proportion. */
interface RefundAmount {
  refundMinor: number;
  tipRefundMinor: number | undefined;
  /** All that has left the payment: refunds with this one, and what banks took back. */
  refundedMinor: number;
}

/**
 * How much a wanted refund is: never more than what refunds and banks have left of the payment, or of the wanted part.
 * @param payment a captured one; a `provider` other than CASH pays back in the steps of its currency only
 * @throws DomainError NOTHING_REFUNDABLE, REFUND_EXCEEDS_REMAINING, AMOUNT_NOT_CHARGEABLE
 */
export function refundAmount(payment: Payment, refunds: Refunds, wanted: WantedRefund): RefundAmount {
  const left = leftOf(payment, refunds, wanted.chargedBackMinor);
  const leftMinor = left[LEFT_OF[wanted.part ?? 'ALL']];
  if (leftMinor === 0) {
    throw new DomainError(
      'NOTHING_REFUNDABLE',
      `${SUBJECT[wanted.part ?? 'ALL']} was refunded already, or given back by the bank.`,
    );
  }
  const refundMinor = wanted.amountMinor ?? leftMinor;
  if (refundMinor > leftMinor) {
    throw new DomainError(
      'REFUND_EXCEEDS_REMAINING',
      'The refund is more than what is left of the payment.',
      {
        refundMinor,
        leftMinor,
      },
    );
  }
  if (payment.provider !== 'CASH') assertCardRefund(payment.currency, refundMinor, leftMinor);
  const refundedMinor = payment.totalMinor - left.allMinor + refundMinor;
  if (wanted.part === undefined) return { refundMinor, tipRefundMinor: wanted.tipRefundMinor, refundedMinor };
  return { refundMinor, tipRefundMinor: wanted.part === 'TIP' ? refundMinor : 0, refundedMinor };
}

/**
 * What people may choose from: each amount is one that `refundAmount` takes, as a card gives whole steps of its currency only.
 * @param chargedBackMinor what banks took back and gave to who paid
 * @throws DomainError CURRENCY_UNSUPPORTED
 */
export function refundableAmounts(payment: Payment, refunds: Refunds, chargedBackMinor: number): Refundable {
  const left = leftOf(payment, refunds, chargedBackMinor);
  const stepMinor = payment.provider === 'CASH' ? 1 : chargeStepMinor(assertCurrency(payment.currency));
  const inSteps = (minor: number) => minor - (minor % stepMinor);
  return {
    allMinor: inSteps(left.allMinor),
    billMinor: inSteps(left.billMinor),
    tipMinor: inSteps(left.tipMinor),
  };
}

/**
 * What of an order's excess one card payment gives back without a person: of its subtotal and tax only, as payers give tips on
 * purpose, and in whole steps of its currency. Minor units; 0: nothing.
 */
export function excessRefund(
  payment: { subtotalMinor: number; taxMinor: number; currency: string },
  refunds: Refunds,
  excessMinor: number,
): number {
  const back = partsOf(counting(refunds));
  const billLeftMinor = payment.subtotalMinor + payment.taxMinor - back.subtotalMinor - back.taxMinor;
  const refundMinor = Math.max(0, Math.min(excessMinor, billLeftMinor));
  return refundMinor - (refundMinor % chargeStepMinor(assertCurrency(payment.currency)));
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
  const step = toMajorString(stepMinor, currency);
  const instead = amounts.length > 0 ? `: ${amounts.join(' or ')}` : '';
  throw new DomainError(
    'AMOUNT_NOT_CHARGEABLE',
    `Cards in ${currency} get multiples of ${step} back only${instead}.`,
    { refundMinor, stepMinor, ...near },
  );
}

/** What refunds, those under way included, and banks have left. */
function leftOf(payment: Payment, refunds: Refunds, chargedBackMinor: number): Refundable {
  const tipLeftMinor = payment.tipMinor - partsOf(counting(refunds)).tipMinor;
  const amounts = refunds.map((r) => ({ amountMinor: r.refundMinor, status: r.status }));
  const unrefundedMinor = refundable({ capturedMinor: payment.totalMinor, refunds: amounts });
  const allMinor = Math.max(0, unrefundedMinor - chargedBackMinor);
  return {
    allMinor,
    billMinor: Math.max(0, allMinor - tipLeftMinor),
    tipMinor: Math.min(tipLeftMinor, allMinor),
  };
}

const LEFT_OF = { ALL: 'allMinor', TIP: 'tipMinor', BILL: 'billMinor' } as const;

const SUBJECT = {
  ALL: 'Everything of this payment',
  TIP: 'The tip of this payment, if it had one,',
  BILL: 'The bill part of this payment',
} as const;
