import { DomainError } from '@/domain/error';
import { assertMinor } from '@/domain/money';

/**
 * The tip itself, in minor units, if it may be charged. A tip has no upper limit of its own: the limits of a payment hold.
 * @throws DomainError TIP_INVALID for a negative tip, AMOUNT_INVALID for a part of a minor unit
 */
export function checkTip(tipMinor: number): number {
  if (assertMinor(tipMinor) >= 0) return tipMinor;
  throw new DomainError('TIP_INVALID', 'A tip cannot be negative.', { tipMinor });
}
