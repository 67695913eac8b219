import { DomainError } from '@/domain/error';
import { assertMinor } from '@/domain/money';

/**
 * Splits an amount in proportion to `weights` by largest remainder; the shares always sum to the total.
 * Leftover units go one each to the largest remainders, ties to the earlier index. A zero weight gets 0,
 * unless all are zero: then the shares are equal. A negative total gives the mirrored shares.
 * A share never exceeds its weight while the total does not exceed the sum of weights.
 * @param totalMinor minor units, may be negative
 * @param weights safe integers >= 0, in any unit
 * @throws DomainError ALLOCATION_INVALID for a bad weight or nobody to take a non-zero total
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  assertMinor(totalMinor);
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) {
    throw new DomainError('ALLOCATION_INVALID', 'A weight is negative or not a whole number.');
  }
  if (weights.length === 0 && totalMinor !== 0) {
    throw new DomainError('ALLOCATION_INVALID', 'There is nobody to take the amount.', { totalMinor });
  }
  const allZero = weights.every((weight) => weight === 0);
  const shares = largestRemainder(
    BigInt(Math.abs(totalMinor)), // products of two safe integers exceed 2^53
    weights.map((weight) => (allZero ? 1n : BigInt(weight))),
  );
  return shares.map((share) => Number(totalMinor < 0 ? -share : share));
}

/**
 * Equal shares; leftover units go one each to the first ones: (1000, 3) -> [334, 333, 333].
 * @throws DomainError ALLOCATION_INVALID unless n is a whole number >= 1
 */
export function allocateEqually(totalMinor: number, n: number): number[] {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new DomainError('ALLOCATION_INVALID', 'The number of shares must be at least one.', { n });
  }
  return allocate(totalMinor, Array<number>(n).fill(1));
}

/**
 * As `allocate`, with weights beyond the safe integers: exact fractions of a common denominator.
 * @param totalMinor at least 0
 * @throws DomainError ALLOCATION_INVALID
 */
export function allocateExactly(totalMinor: number, weights: readonly bigint[]): number[] {
  if (assertMinor(totalMinor) < 0 || weights.length === 0 || weights.some((weight) => weight < 0n)) {
    throw new DomainError('ALLOCATION_INVALID', 'A total or a weight is negative, or there is nobody.');
  }
  const allZero = weights.every((weight) => weight === 0n);
  return largestRemainder(BigInt(totalMinor), allZero ? weights.map(() => 1n) : weights).map(Number);
}

function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0n);
  const parts = weights.map((weight) => ({
    share: (total * weight) / weightSum,
    remainder: (total * weight) % weightSum,
  }));
  const leftover = Number(total - parts.reduce((sum, part) => sum + part.share, 0n));
  const byRemainder = [...parts].sort((a, b) => Number(b.remainder - a.remainder)); // ties keep their order
  for (const part of byRemainder.slice(0, leftover)) part.share += 1n;
  return parts.map((part) => part.share);
}
