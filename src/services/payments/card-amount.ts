import { chargeStepMinor, maximumChargeMinor, minimumChargeMinor, toMajorString } from '@/domain/money';
import { checkLimits } from '@/domain/payment/amounts';
import type { Settings } from '../context';
import { ServiceError } from '../errors';

/** What limits depend on: an order or a payment. */
type Limited = { currency: string; maxPaymentMinor: number | null };

/**
 * Refuses what no card may be charged with: outside the limits, leaving less than the minimum to the next payer, or not a
 * multiple of the currency's step (three-decimal amounts end in 0).
 * @throws DomainError AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM; ServiceError AMOUNT_NOT_CHARGEABLE
 */
export function assertCardAmount(
  settings: Settings,
  limited: Limited,
  amount: { totalMinor: number; remainingAfterMinor: number },
): void {
  checkLimits({ ...amount, ...limitsOf(settings, limited) });
  const stepMinor = chargeStepMinor(limited.currency);
  const excessMinor = amount.totalMinor % stepMinor;
  if (excessMinor === 0) return;
  const missingMinor = stepMinor - excessMinor;
  const major = (minor: number) => toMajorString(minor, limited.currency);
  throw new ServiceError(
    'AMOUNT_NOT_CHARGEABLE',
    `Cards in ${limited.currency} pay multiples of ${major(stepMinor)} only. Add ${major(missingMinor)} as a tip, or pay in cash.`,
    { details: { totalMinor: amount.totalMinor, stepMinor, missingMinor } },
  );
}

/** Cash knows no limits but that of what can be stored. @throws ServiceError AMOUNT_ABOVE_MAXIMUM */
export function assertCashAmount(totalMinor: number): void {
  if (totalMinor <= MAX_STORED_MINOR) return;
  throw new ServiceError('AMOUNT_ABOVE_MAXIMUM', 'The amount is above the limit of one payment.', {
    details: { totalMinor, maxMinor: MAX_STORED_MINOR },
  });
}

const MAX_STORED_MINOR = 2_147_483_647;

/** Smallest and largest card payment of a restaurant, in minor units of its currency (decision 14). */
function limitsOf(settings: Settings, limited: Limited): { minMinor: number; maxMinor: number } {
  const isConfigured = limited.currency === settings.currency;
  return {
    minMinor: isConfigured ? settings.minPaymentMinor : minimumChargeMinor(limited.currency),
    maxMinor:
      limited.maxPaymentMinor ??
      (isConfigured ? settings.maxPaymentMinor : maximumChargeMinor(limited.currency)),
  };
}
