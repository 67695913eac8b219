import type { SplitChoices, SplitType } from '@/domain/split-calculation';
import type { RoundShare } from '@/domain/split-round';

/**
 * Whether the configuration of a split may be changed. It holds as long as anybody pays or has paid of the round; payments
 * themselves are never stopped by it. Guests by public id.
 */
export interface SplitLockView {
  tableSessionId: string;
  isLocked: boolean;
  lockedBy: string | null;
  /** PAYMENT_CREATED, PAYMENT_COMPLETED, or what the locking guest said. */
  lockReason: string | null;
  lockedAt: string | null;
  /** Payments of the round that are under way. */
  paymentIds: string[];
  /** The session is open and nothing is locked. */
  canModify: boolean;
}

/**
 * How a table divides its bill: the same for every viewer. Amounts in minor units of `currency`, percentages in parts per
 * million, times ISO 8601 UTC.
 */
export interface SplitCalculationView {
  id: string;
  tableSessionId: string;
  currency: string;
  type: SplitType;
  round: number;
  /** What is divided: what is due, or what was when the round's first payment came. */
  baseMinor: number;
  isFrozen: boolean;
  /** The shares cover the base. Percentages or amounts may leave a gap. */
  isComplete: boolean;
  /** Those who have not paid, in the order of their shares. */
  participants: string[];
  /** Of all participants. UNPAID: to pay now, never more than what remains; PAYING: held; PAID: paid. */
  shares: RoundShare[];
  choices: SplitChoices;
  lock: SplitLockView;
  updatedBy: string;
  updatedAt: string;
  /** Rises with every live event of the calculation: what carries an older time is older. */
  stampedAt: string;
}

export interface RecoveredLockView {
  recovered: boolean;
  cleaned: boolean;
  lock: SplitLockView;
}

export interface CleanedLocksView {
  totalFound: number;
  cleanedCount: number;
  results: { tableSessionId: string; success: boolean }[];
}
