import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertNonNegativeMinor } from '@/domain/money';

/**
 * Subtotal, tax and order tip of one part of a bill, in proportion by largest remainder, exact in sum.
 * Pass what is LEFT of each (the orders' amounts minus those of completed and open payments): then the last
 * payer takes exactly the rest, whatever was cancelled in between. The subtotal is at least 1 (decision 10).
 * @param bill the order tip counts in the bill where an order carries one; default 0
 * @throws DomainError AMOUNT_NOT_POSITIVE for a part below 1, AMOUNT_INVALID for a negative part of the bill
 */
export function splitBillPart(bill: {
  billPartMinor: number;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor?: number;
}): { subtotalMinor: number; taxMinor: number; tipMinor: number } {
  if (assertNonNegativeMinor(bill.billPartMinor, 'billPartMinor') === 0) {
    throw new DomainError('AMOUNT_NOT_POSITIVE', 'There is nothing to pay in this part of the bill.');
  }
  const weights = [
    assertNonNegativeMinor(bill.subtotalMinor, 'subtotalMinor'),
    assertNonNegativeMinor(bill.taxMinor, 'taxMinor'),
    assertNonNegativeMinor(bill.tipMinor ?? 0, 'tipMinor'),
  ];
  const hasWeight = weights.some((weight) => weight > 0);
  const [subtotalMinor = 0, taxMinor = 0, tipMinor = 0] = allocate(
    bill.billPartMinor,
    hasWeight ? weights : [1, 0, 0],
  );
  if (subtotalMinor >= 1) return { subtotalMinor, taxMinor, tipMinor };
  return taxMinor >= 1
    ? { subtotalMinor: 1, taxMinor: taxMinor - 1, tipMinor }
    : { subtotalMinor: 1, taxMinor, tipMinor: tipMinor - 1 };
}

/**
 * Card limits (decision 10): the payment must lie between minimum and maximum and must leave either nothing
 * or at least the minimum for the next payer. Cash has no limits: do not call this for it.
 * @param check remainingAfterMinor: what stays available of the bill, holds of others taken off
 * @throws DomainError AMOUNT_BELOW_MINIMUM (details.reason PAYMENT or REMAINDER, details.offers),
 *   AMOUNT_ABOVE_MAXIMUM
 */
export function checkLimits(check: {
  totalMinor: number;
  minMinor: number;
  maxMinor: number;
  remainingAfterMinor: number;
}): void {
  if (check.totalMinor < check.minMinor) {
    throw new DomainError(
      'AMOUNT_BELOW_MINIMUM',
      'The amount is below the card minimum. Pay in cash, take a larger share or add a tip.',
      { ...check, reason: 'PAYMENT', offers: ['CASH', 'LARGER_SHARE', 'TIP'] },
    );
  }
  if (check.totalMinor > check.maxMinor) {
    throw new DomainError('AMOUNT_ABOVE_MAXIMUM', 'The amount is above the limit of one payment.', {
      ...check,
    });
  }
  if (check.remainingAfterMinor > 0 && check.remainingAfterMinor < check.minMinor) {
    throw new DomainError(
      'AMOUNT_BELOW_MINIMUM',
      'The rest of the bill would be below the card minimum. Pay in cash or take a larger share.',
      { ...check, reason: 'REMAINDER', offers: ['CASH', 'LARGER_SHARE'] },
    );
  }
}
