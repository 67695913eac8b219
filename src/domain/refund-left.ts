import { assertCurrency, chargeStepMinor } from '@/domain/money';

/** A payment that took money, as far as it says what of that is left. Minor units. */
export interface GivenBack {
  totalMinor: number;
  /** By refunds that have not failed, those under way included. */
  claimedMinor: number;
  /** By banks, for good: lost disputes. */
  chargedBackMinor: number;
}

/** What neither refunds nor the payer's bank have given back, or are about to. Never below 0. */
export function leftMinor({ totalMinor, claimedMinor, chargedBackMinor }: GivenBack): number {
  return Math.max(0, totalMinor - claimedMinor - chargedBackMinor);
}

/**
 * What of it one refund can give back. A bank may take an amount that is no multiple of the currency's step, and a card is
 * refunded in whole steps only (chargeStepMinor): people must return the rest.
 * @throws DomainError CURRENCY_UNSUPPORTED
 */
export function refundableMinor(payment: GivenBack & { provider: string; currency: string }): number {
  const left = leftMinor(payment);
  const stepMinor = payment.provider === 'CASH' ? 1 : chargeStepMinor(assertCurrency(payment.currency));
  return left - (left % stepMinor);
}
