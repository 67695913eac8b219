import { type Currency, chargeStepMinor } from '@/domain/currency';

/**
 * What somebody pays who shares the rest of a bill with others: in steps that a card can be charged in. The last one at the
 * table pays what is left over.
 */
export function shareOf(
  bill: { remainingMinor: number; availableMinor: number },
  people: number,
  currency: Currency,
): number {
  if (people === 1) return bill.availableMinor;
  const stepMinor = chargeStepMinor(currency);
  const shareMinor = Math.floor(bill.remainingMinor / people / stepMinor) * stepMinor;
  return Math.min(bill.availableMinor, shareMinor);
}

/** A part of the share, in the same steps: both are charged together. */
export function tipOf(shareMinor: number, percent: number, currency: Currency): number {
  const stepMinor = chargeStepMinor(currency);
  return Math.round((shareMinor * percent) / 100 / stepMinor) * stepMinor;
}
