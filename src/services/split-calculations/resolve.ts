import { assertCurrency, chargeStepMinor } from '@/domain/money';
import { isOpen } from '@/domain/payment/status';
import { baseOf, inShareOrder, splitShares } from '@/domain/split-calculation';
import { countsInRound, isRoundOver, type RoundShare, roundShares } from '@/domain/split-round';
import type { CalculationRow, SplitState } from './state';
import type { SplitCalculationView, SplitLockView } from './view';

/** A calculation as it stands: what each owes, and who holds the configuration. */
export interface ResolvedSplit {
  baseMinor: number;
  /** As they were computed or frozen, before anything was paid. */
  planned: { guestPublicId: string; shareMinor: number }[];
  shares: RoundShare[];
  isFrozen: boolean;
  isOver: boolean;
  hold: { guestPublicId: string; reason: string; since: Date } | null;
}

/**
 * Shares and lock follow from configuration, bill and payments; nothing of it is stored twice. The lock is the set of holds:
 * one per payment of the round that is under way or here, and the explicit one (legacy-contract 6, "Lock").
 */
export function resolveSplit(calculation: CalculationRow, state: SplitState, now: Date): ResolvedSplit {
  const { payments } = state;
  const ofRound = payments.filter((payment) => payment.round === calculation.round && countsInRound(payment));
  const isFrozen = ofRound.length > 0;
  const planned = (isFrozen && calculation.shares) || plan(calculation, state);
  const baseMinor = (isFrozen ? calculation.baseMinor : null) ?? baseOf(state.orders);
  const shares = roundShares(planned, payments, baseOf(state.orders));
  const isOver = isRoundOver(shares, payments);
  const [first] = ofRound;
  const hold =
    explicitHold(calculation, state, now) ??
    (first && {
      guestPublicId: first.guestPublicId,
      reason: isOpen(first.status) ? 'PAYMENT_CREATED' : 'PAYMENT_COMPLETED',
      since: first.createdAt,
    }) ??
    null;
  return { baseMinor, planned, shares, isFrozen, isOver, hold: isOver || state.session.isOver ? null : hold };
}

/** An explicit hold whose payment never came holds no longer than a payment would. */
export function isStale(calculation: CalculationRow, state: SplitState, now: Date): boolean {
  const { lockedBy, lockedUntil, round } = calculation;
  if (lockedUntil === null || now < lockedUntil) return false;
  return !state.payments.some(
    (payment) => payment.guestPublicId === lockedBy && payment.round === round && isOpen(payment.status),
  );
}

function explicitHold(calculation: CalculationRow, state: SplitState, now: Date): ResolvedSplit['hold'] {
  const { lockedBy, lockReason, lockedAt } = calculation;
  if (lockedBy === null || lockReason === null || lockedAt === null) return null;
  if (isStale(calculation, state, now)) return null;
  return { guestPublicId: lockedBy, reason: lockReason, since: lockedAt };
}

/** Of those who are still there; after a forced unlock, of those who have not paid in the round before. */
function plan(calculation: CalculationRow, state: SplitState): ResolvedSplit['planned'] {
  const payers = state.payments.filter(countsInRound).map((payment) => payment.guestPublicId);
  const present = state.guests.filter((guest) => guest.isPresent).map((guest) => guest.publicId);
  const participants = calculation.participants.filter((id) => present.includes(id) && !payers.includes(id));
  const { type, choices } = calculation;
  const stepMinor = chargeStepMinor(assertCurrency(state.session.currency));
  const shares = splitShares({ type, choices, participants, orders: state.orders }, stepMinor);
  return participants.map((guestPublicId, index) => ({ guestPublicId, shareMinor: shares[index] ?? 0 }));
}

/** The chosen participants in the order of their shares; all who are present when nobody was chosen. */
export function participantsOf(state: SplitState, wanted: readonly string[] | undefined): string[] {
  return inShareOrder(state.guests.filter((guest) => guest.isPresent))
    .map((guest) => guest.publicId)
    .filter((id) => wanted === undefined || wanted.includes(id));
}

export function toSplitView(
  calculation: CalculationRow,
  state: SplitState,
  resolved: ResolvedSplit,
): SplitCalculationView {
  const { planned, baseMinor, shares } = resolved;
  const isPaid = baseOf(state.orders) === 0;
  return {
    id: calculation.id,
    tableSessionId: state.session.tableSessionId,
    currency: state.session.currency,
    type: calculation.type,
    round: calculation.round,
    baseMinor,
    isFrozen: resolved.isFrozen,
    isComplete: planned.reduce((sum, share) => sum + share.shareMinor, 0) === baseMinor,
    participants: shares
      .filter((share) => share.status !== 'PAID' && !isPaid)
      .map((share) => share.guestPublicId),
    shares,
    choices: calculation.choices,
    lock: toLockView(state, resolved),
    updatedBy: calculation.updatedBy,
    updatedAt: calculation.updatedAt.toISOString(),
    stampedAt: calculation.stampedAt.toISOString(),
  };
}

/** @param resolved null: there is no calculation, hence nothing to lock */
export function toLockView(state: SplitState, resolved: ResolvedSplit | null): SplitLockView {
  const hold = resolved?.hold ?? null;
  const round = state.calculation?.round;
  return {
    tableSessionId: state.session.tableSessionId,
    isLocked: hold !== null,
    lockedBy: hold?.guestPublicId ?? null,
    lockReason: hold?.reason ?? null,
    lockedAt: hold?.since.toISOString() ?? null,
    paymentIds: state.payments
      .filter((payment) => payment.round === round && isOpen(payment.status))
      .map((payment) => payment.id),
    canModify: hold === null && !state.session.isOver,
  };
}
