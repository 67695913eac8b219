import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertNonNegativeMinor, sumMinor } from '@/domain/money';

/** A payment's or refund's amount in its three parts, minor units, each >= 0. */
export type MoneyParts = { subtotalMinor: number; taxMinor: number; tipMinor: number };

// Every other status counts, unknown ones too: better refuse a refund than give money back twice.
const NO_MONEY_MOVED: ReadonlySet<string> = new Set(['FAILED', 'CANCELLED', 'CANCELED']);

/**
 * What can still be refunded: captured minus every refund that has not failed or been cancelled, in flight
 * included. Never below 0.
 */
export function refundable(payment: {
  capturedMinor: number;
  refunds: readonly { amountMinor: number; status: string }[];
}): number {
  const counted = payment.refunds
    .filter((refund) => !NO_MONEY_MOVED.has(refund.status.toUpperCase()))
    .map((refund) => assertNonNegativeMinor(refund.amountMinor, 'refund.amountMinor'));
  return Math.max(0, assertNonNegativeMinor(payment.capturedMinor, 'capturedMinor') - sumMinor(counted));
}

/**
 * The parts of a refund: largest remainder over what is left of each part, so never more than it holds and
 * exactly everything on the last refund. `tipRefundMinor` fixes the tip's part; subtotal and tax take the rest.
 * @throws DomainError REFUND_NOT_POSITIVE, REFUND_EXCEEDS_REMAINING, TIP_REFUND_EXCEEDS_TIP
 */
export function splitRefund(refund: {
  refundMinor: number;
  parts: MoneyParts;
  alreadyRefunded: MoneyParts;
  tipRefundMinor?: number;
}): MoneyParts {
  const refundMinor = assertNonNegativeMinor(refund.refundMinor, 'refundMinor');
  if (refundMinor === 0) throw new DomainError('REFUND_NOT_POSITIVE', 'A refund must be more than nothing.');

  const left = leftOf(refund.parts, refund.alreadyRefunded);
  const leftMinor = sumMinor([left.subtotalMinor, left.taxMinor, left.tipMinor]);
  if (refundMinor > leftMinor) throw exceeds({ refundMinor, leftMinor });

  if (refund.tipRefundMinor === undefined) {
    const [subtotalMinor = 0, taxMinor = 0, tipMinor = 0] = allocate(refundMinor, [
      left.subtotalMinor,
      left.taxMinor,
      left.tipMinor,
    ]);
    return { subtotalMinor, taxMinor, tipMinor };
  }

  const tipMinor = assertNonNegativeMinor(refund.tipRefundMinor, 'tipRefundMinor');
  if (tipMinor > left.tipMinor || tipMinor > refundMinor) {
    throw new DomainError('TIP_REFUND_EXCEEDS_TIP', 'The tip part is more than the tip or the refund.', {
      tipRefundMinor: tipMinor,
      leftTipMinor: left.tipMinor,
      refundMinor,
    });
  }
  const restMinor = refundMinor - tipMinor;
  if (restMinor > left.subtotalMinor + left.taxMinor) {
    throw exceeds({ refundMinor: restMinor, leftMinor: left.subtotalMinor + left.taxMinor });
  }
  const [subtotalMinor = 0, taxMinor = 0] = allocate(restMinor, [left.subtotalMinor, left.taxMinor]);
  return { subtotalMinor, taxMinor, tipMinor };
}

/**
 * The amounts next to one that no card can be given back, as its currency moves in steps only (chargeStepMinor). Null: there
 * is none between one step and `leftMinor`.
 */
export function nearestRefunds(refund: { refundMinor: number; leftMinor: number; stepMinor: number }): {
  lowerMinor: number | null;
  higherMinor: number | null;
} {
  const { refundMinor, leftMinor, stepMinor } = refund;
  const lowerMinor = refundMinor - (refundMinor % stepMinor);
  const higherMinor = lowerMinor + stepMinor;
  return {
    lowerMinor: lowerMinor > 0 ? lowerMinor : null,
    higherMinor: higherMinor <= leftMinor ? higherMinor : null,
  };
}

function leftOf(parts: MoneyParts, refunded: MoneyParts): MoneyParts {
  return {
    subtotalMinor: assertNonNegativeMinor(parts.subtotalMinor - refunded.subtotalMinor, 'left subtotal'),
    taxMinor: assertNonNegativeMinor(parts.taxMinor - refunded.taxMinor, 'left tax'),
    tipMinor: assertNonNegativeMinor(parts.tipMinor - refunded.tipMinor, 'left tip'),
  };
}

function exceeds(details: { refundMinor: number; leftMinor: number }): DomainError {
  return new DomainError('REFUND_EXCEEDS_REMAINING', 'The refund is more than what is left.', details);
}
