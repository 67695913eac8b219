import type { SplitProgress } from '@/domain/split';
import { newId } from '../ids';
import type { LiveEvent } from '../live/events';

type SplitEvent = Extract<LiveEvent, { splitGroupId: string }>;

type Group = {
  id: string;
  restaurantId: string;
  orderId: string;
  orderIds: readonly string[];
  tableSessionId: string | null;
  currency: string;
  totalMinor: number;
};

/** The share that moved; `status` is its payment's. `amountMinor`: its part of the bill. */
export interface MovedShare {
  paymentId: string;
  participantId: string;
  amountMinor: number;
}

/**
 * A live event of a group. Ids and amounts: names are looked up by who may see them (decision 23). `status` is the share's
 * where one moved, else the group's.
 */
export function splitEvent(
  type: SplitEvent['type'],
  group: Group,
  told: {
    progress: SplitProgress;
    previousStatus: string | null;
    status: string;
    share?: MovedShare;
    refundsProcessed?: number;
    now: Date;
  },
): SplitEvent {
  const { progress, share } = told;
  return {
    eventId: newId(),
    type,
    at: told.now.toISOString(),
    restaurantId: group.restaurantId,
    orderId: group.orderId,
    orderIds: [...new Set([group.orderId, ...group.orderIds])],
    tableSessionId: group.tableSessionId,
    paymentId: share?.paymentId ?? null,
    splitGroupId: group.id,
    splitType: 'FIXED',
    previousStatus: told.previousStatus,
    status: told.status,
    currency: group.currency,
    totalMinor: group.totalMinor,
    paidMinor: progress.paidMinor,
    totalParticipants: progress.shareCount,
    paidParticipants: progress.paidCount,
    participantId: share?.participantId ?? null,
    participantMinor: share?.amountMinor ?? null,
    ...(told.refundsProcessed === undefined ? {} : { refundsProcessed: told.refundsProcessed }),
  };
}
