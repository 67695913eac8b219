import type { Page } from '../payments/view';
import type { TableSessionView } from './view';

/** Why staff should look at a session: it waits to be paid, its time is over unpaid, or it began hours ago. */
export type SessionAlertReason = 'PAYMENT_PENDING' | 'PAYMENT_OVERDUE' | 'LONG_SESSION';

/**
 * A session in the restaurant's list. Minor units, without cancelled orders. `durationMinutes`: until closed, else until
 * now.
 */
export interface StaffSessionView extends TableSessionView {
  restaurantName: string;
  tableName: string;
  userCount: number;
  orderCount: number;
  lastOrderAt: string | null;
  durationMinutes: number;
  totalMinor: number;
  paidMinor: number;
  remainingMinor: number;
  /** Empty: nothing to do there. */
  alertReasons: SessionAlertReason[];
  /** The last change of the session, of one of its orders or of their payment states. */
  lastActivityAt: string;
  updatedAt: string;
}

/** A page of sessions; the counts are of all pages, and 0 behind the last one. */
export interface StaffSessionPage extends Page<StaffSessionView> {
  matchingCount: number;
  activeCount: number;
}

/** Figures of the sessions that began in a period. Averages are null where there is nothing to average. */
export interface TableSessionFigures {
  sessionCount: number;
  activeCount: number;
  averageMinutes: number | null;
  averagePartySize: number | null;
  /** By the restaurant's own clock. */
  todayCount: number;
  weekCount: number;
  /** Captured less refunded, tips included; never summed across currencies (decision 13). */
  revenue: { currency: string; revenueMinor: number }[];
  /** At most ten, by revenue: one row per restaurant and currency. */
  topRestaurants: {
    restaurantId: string;
    restaurantName: string;
    currency: string;
    sessionCount: number;
    revenueMinor: number;
  }[];
}

export interface ClosedSessionView {
  tableSessionId: string;
  status: 'CLOSED';
  closedAt: string;
}
