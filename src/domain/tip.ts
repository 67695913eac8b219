import { DomainError } from '@/domain/error';
import { assertMinor } from '@/domain/money';

/**
 * The tip itself if it may be charged: not negative and at most `maxTipMinor` where one is set.
 * `billMinor` only explains a refusal in the error's details.
 * @throws DomainError TIP_INVALID, TIP_TOO_HIGH
 */
export function checkTip(tip: { tipMinor: number; billMinor: number; maxTipMinor?: number }): number {
  const tipMinor = assertMinor(tip.tipMinor);
  if (tipMinor < 0) throw new DomainError('TIP_INVALID', 'A tip cannot be negative.', { ...tip });
  if (tipMinor > (tip.maxTipMinor ?? Number.POSITIVE_INFINITY)) {
    throw new DomainError('TIP_TOO_HIGH', 'The tip is above the limit.', { ...tip });
  }
  return tipMinor;
}
