import type { SplitState } from '@/domain/split';
import type { PaymentView } from '../payments/view';

/**
 * One share of a group. Minor units; `amountMinor` is its part of the bill, `tipMinor` the participant's own tip. `email` for
 * the restaurant, who made the group, and the participant; null for the others at the table. The payment's client secret:
 * for who pays it, and for who made the group where the participant has no login or guest id of their own.
 */
export interface SplitParticipantView {
  id: string;
  name: string | null;
  email: string | null;
  amountMinor: number;
  tipMinor: number;
  hasPaid: boolean;
  payment: PaymentView;
}

/**
 * A bill divided into fixed shares. `totalMinor`: what was due, without own tips; `paidMinor`: what of it is here, net of
 * refunds; `remainingMinor`: the rest. States: see domain/split.ts. Times are ISO 8601 UTC.
 */
export interface SplitGroupView {
  id: string;
  restaurantId: string;
  /** The first covered order; each payment's allocations name all of them. */
  orderId: string;
  tableSessionId: string | null;
  currency: string;
  state: SplitState;
  isComplete: boolean;
  totalMinor: number;
  paidMinor: number;
  remainingMinor: number;
  /** Whole percent of the money. */
  progressPercent: number;
  paidCount: number;
  participantCount: number;
  /** Shares of which money went back, or is on its way. */
  refundsProcessed: number;
  /** In the order in which they were named. */
  participants: SplitParticipantView[];
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
  cancelledAt: string | null;
}
