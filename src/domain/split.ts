import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertMinor, assertNonNegativeMinor, sumMinor } from '@/domain/money';
import { isCaptured, isOpen, type PaymentStatus } from '@/domain/payment/status';

/** A bill divided into shares that were fixed beforehand. All amounts are minor units. */

export const SPLIT_STATES = ['OPEN', 'COMPLETED', 'INCOMPLETE', 'CANCELLING', 'CANCELLED'] as const;

/**
 * OPEN: somebody can still pay. COMPLETED: every share was paid, and they reach the whole. INCOMPLETE: nobody can pay any
 * more, but something was not paid.
 * CANCELLING: open intents are being cancelled, paid shares refunded. CANCELLED: all of that is done.
 */
export type SplitState = (typeof SPLIT_STATES)[number];

/** Fewest and most people who share a bill. */
export const MIN_SHARES = 2;
export const MAX_SHARES = 50;

/**
 * The parts of a fixed group, checked one by one before their sum: 3000 and -500 sum to 2500 and are refused.
 * @throws DomainError SPLIT_SIZE, AMOUNT_NOT_POSITIVE, AMOUNT_INVALID, AMOUNT_MISMATCH (details.sentMinor, dueMinor)
 */
export function checkParts(partsMinor: readonly number[], dueMinor: number): void {
  if (partsMinor.length < MIN_SHARES || partsMinor.length > MAX_SHARES) {
    throw new DomainError('SPLIT_SIZE', `A bill is split among ${MIN_SHARES} to ${MAX_SHARES} people.`, {
      shares: partsMinor.length,
    });
  }
  for (const partMinor of partsMinor) {
    if (assertMinor(partMinor) < 1) {
      throw new DomainError('AMOUNT_NOT_POSITIVE', 'Each part of a split must be more than nothing.', {
        partMinor,
      });
    }
  }
  const sentMinor = sumMinor(partsMinor);
  if (sentMinor !== dueMinor) {
    throw new DomainError('AMOUNT_MISMATCH', 'The parts must sum to what is due on the bill.', {
      sentMinor,
      dueMinor,
    });
  }
}

/** A share as its payment stands. `amountMinor`: its part of the bill, without the own tip; `refundedMinor`: of that. */
export interface ShareMoney {
  status: PaymentStatus;
  amountMinor: number;
  refundedMinor: number;
}

export interface SplitProgress {
  shareCount: number;
  /** Shares that were paid and not given back wholly. */
  paidCount: number;
  paidMinor: number;
  remainingMinor: number;
  /** Whole percent of the money, rounded down: 100 only when all of it is here. */
  percent: number;
}

/** How far a group is. @param totalMinor what its shares summed to when it was made; positive */
export function splitProgress(totalMinor: number, shares: readonly ShareMoney[]): SplitProgress {
  const paid = shares.filter(hasPaid);
  const paidMinor = sumMinor(
    paid.map((share) => assertNonNegativeMinor(share.amountMinor - share.refundedMinor, 'kept')),
  );
  return {
    shareCount: shares.length,
    paidCount: paid.length,
    paidMinor,
    remainingMinor: Math.max(0, totalMinor - paidMinor),
    percent: Math.min(100, Number((BigInt(paidMinor) * 100n) / BigInt(totalMinor))),
  };
}

/** Whether a share's money is here: paid, and not given back wholly. */
export function hasPaid(share: Pick<ShareMoney, 'status'>): boolean {
  return isCaptured(share.status) && share.status !== 'REFUNDED';
}

/**
 * The state of a group after a share moved. Only the work that cancels a group ends CANCELLING; money that comes after the
 * end makes a CANCELLED group CANCELLING again, so that it goes back. A change that failed half way can leave shares that are
 * less than the whole: they do not complete it.
 * @param totalMinor what the shares summed to when the group was made
 */
export function splitStateAfter(
  state: SplitState,
  shares: readonly Pick<ShareMoney, 'status' | 'amountMinor'>[],
  totalMinor: number,
): SplitState {
  if (state === 'CANCELLING') return state;
  if (state === 'CANCELLED') return shares.some(hasPaid) ? 'CANCELLING' : state;
  if (shares.some((share) => isOpen(share.status))) return 'OPEN';
  const captured = shares.filter((share) => isCaptured(share.status));
  const capturedMinor = sumMinor(captured.map(({ amountMinor }) => amountMinor));
  return captured.length === shares.length && capturedMinor >= totalMinor ? 'COMPLETED' : 'INCOMPLETE';
}

/**
 * What the named shares become when another one changes by `changeMinor` (positive: it grew, so they shrink), in proportion
 * to their size by largest remainder; the sum of all stays. Each keeps at least 1.
 * @param stepMinor of the currency (chargeStepMinor): a change in whole steps is taken in whole steps
 * @throws DomainError ALLOCATION_INVALID (nobody named), SPLIT_CONFLICT
 */
export function takeDifference(changeMinor: number, sharesMinor: readonly number[], stepMinor = 1): number[] {
  const unitMinor = changeMinor % stepMinor === 0 ? stepMinor : 1;
  const taken = allocate(changeMinor / unitMinor, sharesMinor).map((units) => units * unitMinor);
  return sharesMinor.map((shareMinor, index) => {
    const nextMinor = assertMinor(shareMinor - (taken[index] ?? 0));
    if (nextMinor >= 1) return nextMinor;
    throw new DomainError('SPLIT_CONFLICT', 'The named shares are too small to take the difference.', {
      changeMinor,
      availableMinor: sumMinor(sharesMinor) - sharesMinor.length,
    });
  });
}
