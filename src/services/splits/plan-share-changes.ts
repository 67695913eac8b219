import { assertCurrency, chargeStepMinor } from '@/domain/money';
import { isChangeable } from '@/domain/payment/status';
import { type ShareStep, shareSteps } from '@/domain/split-change';
import { type ErrorCode, notVisible, ServiceError } from '../errors';
import type { OperationKey } from '../idempotency';
import type { GroupRow, ShareRow } from './group-row';

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
 * The steps of a change (shareSteps), for shares that can be changed. The named open shares take the difference.
 * @throws ServiceError NOT_VISIBLE, ILLEGAL_TRANSITION (group or share is over), SPLIT_CONFLICT (nobody named, or not
 *   open); DomainError SPLIT_CONFLICT (too small)
 */
export function planShareChanges(
  group: Pick<GroupRow, 'state' | 'currency'>,
  shares: readonly ShareRow[],
  change: ShareChange,
): ShareStep[] {
  const share = findShare(shares, change.participantId);
  if (group.state !== 'OPEN' || !isChangeable(share.status)) {
    throw new ServiceError('ILLEGAL_TRANSITION', 'Only a share that nobody has paid can be changed.', {
      details: { status: share.status, state: group.state },
    });
  }
  const amountMinor = change.amountMinor ?? share.amountMinor;
  const wanted = { amountMinor, ownTipMinor: change.tipMinor ?? null };
  const stepMinor = chargeStepMinor(assertCurrency(group.currency));
  const changeMinor = amountMinor - share.amountMinor;
  if (changeMinor === 0) return shareSteps(share, wanted, [], stepMinor);
  const takers = [...new Set(change.takenBy)].map((id) => findShare(shares, id));
  if (takers.length === 0 || takers.some((taker) => taker === share || !isChangeable(taker.status))) {
    throw new ServiceError(
      'SPLIT_CONFLICT',
      'Name other shares that nobody has paid yet: they take the difference.',
      { details: { differenceMinor: changeMinor } },
    );
  }
  return shareSteps(share, wanted, takers, stepMinor);
}

function findShare(shares: readonly ShareRow[], participantId: string): ShareRow {
  const share = shares.find((one) => one.participantId === participantId);
  if (!share) throw notVisible('Participant');
  return share;
}
