import { assertCurrency, chargeStepMinor } from '@/domain/money';
import { takeDifference } from '@/domain/split';
import { type ErrorCode, notVisible, ServiceError } from '../errors';
import type { OperationKey } from '../idempotency';
import type { WantedShare } from '../payments/change-share';
import type { GroupRow, ShareRow } from './group-row';

/** What one share is and becomes. Minor units of its part of the bill. */
export interface ShareStep extends WantedShare {
  fromMinor: number;
}

/** Why a change will not be done, however often it is repeated. */
interface Refusal {
  code: ErrorCode;
  message: string;
  details: ServiceError['details'];
}

/** What is kept of a change with its group until it has ended: whose operation it is, and all of its steps. */
export interface PendingChange {
  operation: OperationKey;
  steps: ShareStep[];
  /** It failed: the steps put back what it had done. */
  refused?: Refusal | undefined;
}

export interface ShareChange {
  participantId: string;
  amountMinor?: number | undefined;
  tipMinor?: number | undefined;
  takenBy: readonly string[];
}

/**
 * The steps of a change: those that give come before those that take, so that the sum is never more than the bill. The named
 * open shares take the difference in proportion to their size (decision 15).
 * @throws ServiceError NOT_VISIBLE, ILLEGAL_TRANSITION (group or share is over), SPLIT_CONFLICT (nobody named, or not open);
 *   DomainError SPLIT_CONFLICT (too small)
 */
export function planShareChanges(
  group: Pick<GroupRow, 'state' | 'currency'>,
  shares: readonly ShareRow[],
  change: ShareChange,
): ShareStep[] {
  const share = findShare(shares, change.participantId);
  if (group.state !== 'OPEN' || !isChangeable(share)) {
    throw new ServiceError('ILLEGAL_TRANSITION', 'Only a share that nobody has paid can be changed.', {
      details: { status: share.status, state: group.state },
    });
  }
  const amountMinor = change.amountMinor ?? share.amountMinor;
  const own: ShareStep = stepOf(share, amountMinor, change.tipMinor ?? null);
  const changeMinor = amountMinor - share.amountMinor;
  if (changeMinor === 0) return [own];
  const takers = [...new Set(change.takenBy)].map((id) => findShare(shares, id));
  if (takers.length === 0 || takers.some((taker) => taker === share || !isChangeable(taker))) {
    throw new ServiceError(
      'SPLIT_CONFLICT',
      'Name other shares that nobody has paid yet: they take the difference.',
      { details: { differenceMinor: changeMinor } },
    );
  }
  const amounts = takeDifference(
    changeMinor,
    takers.map((taker) => taker.amountMinor),
    chargeStepMinor(assertCurrency(group.currency)),
  );
  const theirs = takers.map((taker, index) => stepOf(taker, amounts[index] ?? taker.amountMinor, null));
  return changeMinor > 0 ? [...theirs, own] : [own, ...theirs];
}

function stepOf(share: ShareRow, billPartMinor: number, ownTipMinor: number | null): ShareStep {
  return {
    paymentId: share.paymentId,
    fromMinor: share.amountMinor,
    billPartMinor,
    ownTipMinor,
    fromOwnTipMinor: share.totalMinor - share.amountMinor,
  };
}

/** Undoes a step that was taken. */
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

function findShare(shares: readonly ShareRow[], participantId: string): ShareRow {
  const share = shares.find((one) => one.participantId === participantId);
  if (!share) throw notVisible('Participant');
  return share;
}

/** PROCESSING is on its way: its amount is fixed. */
function isChangeable(share: ShareRow): boolean {
  return share.status === 'PENDING' || share.status === 'FAILED';
}
