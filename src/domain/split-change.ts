import { takeDifference } from '@/domain/split';

/** What a share shall be: its part of the bill, and the payer's own tip; null leaves the tip as it is. Minor units. */
export interface WantedShare {
  paymentId: string;
  billPartMinor: number;
  ownTipMinor: number | null;
  /** The own tip that this was decided on: where the payer has changed it since, that stays. Absent: whatever it is. */
  fromOwnTipMinor?: number | undefined;
}

/** What one share is and becomes. Minor units of its part of the bill. */
export interface ShareStep extends WantedShare {
  fromMinor: number;
}

/** A share that can be changed. `amountMinor`: its part of the bill; the total has the payer's own tip too. */
interface ChangeableShare {
  paymentId: string;
  amountMinor: number;
  totalMinor: number;
}

/**
 * The steps of a change of one share: those that give come before those that take, so the sum is never more than the
 * bill. The takers take the difference in proportion to their size (decision 15).
 * @param wanted its new part of the bill, and the payer's own tip; null leaves the tip as it is
 * @param stepMinor of the currency (chargeStepMinor)
 * @throws DomainError SPLIT_CONFLICT (the takers are too small), ALLOCATION_INVALID (nobody takes a difference)
 */
export function shareSteps(
  share: ChangeableShare,
  wanted: { amountMinor: number; ownTipMinor: number | null },
  takers: readonly ChangeableShare[],
  stepMinor: number,
): ShareStep[] {
  const own = stepOf(share, wanted.amountMinor, wanted.ownTipMinor);
  const changeMinor = wanted.amountMinor - share.amountMinor;
  if (changeMinor === 0) return [own];
  const amounts = takeDifference(
    changeMinor,
    takers.map((taker) => taker.amountMinor),
    stepMinor,
  );
  const theirs = takers.map((taker, index) => stepOf(taker, amounts[index] ?? taker.amountMinor, null));
  return changeMinor > 0 ? [...theirs, own] : [own, ...theirs];
}

function stepOf(share: ChangeableShare, billPartMinor: number, ownTipMinor: number | null): ShareStep {
  return {
    paymentId: share.paymentId,
    fromMinor: share.amountMinor,
    billPartMinor,
    ownTipMinor,
    fromOwnTipMinor: share.totalMinor - share.amountMinor,
  };
}

/** The step that undoes one that was taken. */
export function stepBack(step: ShareStep): ShareStep {
  const { fromMinor, ownTipMinor, fromOwnTipMinor } = step;
  const isTipped = ownTipMinor !== null && fromOwnTipMinor !== undefined;
  return {
    ...step,
    billPartMinor: fromMinor,
    ownTipMinor: isTipped ? fromOwnTipMinor : null,
    fromOwnTipMinor: isTipped ? ownTipMinor : undefined,
  };
}
