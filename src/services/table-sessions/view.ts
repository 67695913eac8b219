import type { OrderView } from '../orders/view';
import type { PaymentMethod, PaymentView } from '../payments/view';

/** A payment with the orders that it covers. `allocatedMinor`: its part for that order, without the payer's tip. */
export interface TablePaymentView extends PaymentView {
  orders: { orderId: string; allocatedMinor: number; refundedMinor: number }[];
}

export interface TableGuestView {
  publicId: string;
  name: string | null;
  isHost: boolean;
  joinedAt: string;
  /** When the guest last joined, ordered or paid. */
  lastActiveAt: string;
}

/** A table session as its guests and the restaurant see it. `expiresAt` counts extensions. */
export interface TableSessionView {
  tableSessionId: string;
  code: string;
  restaurantId: string;
  tableId: string;
  currency: string;
  status: 'ACTIVE' | 'ORDERING_LOCKED' | 'PAYMENT_PENDING' | 'CLOSED';
  isActive: boolean;
  isClosed: boolean;
  isExpired: boolean;
  canOrder: boolean;
  createdAt: string;
  expiresAt: string;
  closedAt: string | null;
}

/**
 * Sums of a session's bill, without cancelled orders. Tips are those of the orders, without the tips that payers add.
 * grandTotal = subtotal + tax + tip, less what refunds took off the bill; paid = captured less refunded; remaining = what
 * is still due; held = parts of open payments; available = remaining less held.
 */
export interface BillTotals {
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  grandTotalMinor: number;
  paidMinor: number;
  heldMinor: number;
  remainingMinor: number;
  availableMinor: number;
}

export interface TableBillView {
  session: TableSessionView;
  guests: TableGuestView[];
  /** By round number, rising. A round's sums leave cancelled orders out; its list does not. */
  rounds: {
    roundNumber: number;
    totalMinor: number;
    paidMinor: number;
    remainingMinor: number;
    orders: OrderView[];
  }[];
  summary: BillTotals & { isFullyPaid: boolean; updatedAt: string };
}

export interface TableStatusView extends TableSessionView {
  totals: BillTotals;
  userCount: number;
}

export interface TableUsersView {
  session: TableSessionView;
  totals: BillTotals;
  /** The host first, then as they came. */
  users: TableGuestView[];
}

export interface TableOrdersView {
  session: TableSessionView;
  totals: BillTotals;
  /** By round, then by time. */
  orders: OrderView[];
}

/** Count and charged sum (tips included) of captured payments. */
export interface PaidSum {
  count: number;
  totalMinor: number;
}

export interface TablePaymentStatusView {
  tableSessionId: string;
  currency: string;
  totals: BillTotals;
  /** The session is open and something is unpaid, whoever else is paying now. */
  canAcceptNewPayment: boolean;
  lastPaymentAt: string | null;
  /** Newest first, open ones too. `clientSecret` only of the caller's own. */
  payments: TablePaymentView[];
  byMethod: Partial<Record<PaymentMethod, PaidSum>>;
  /** By the paying guest's public id; null: paid by someone who is no guest of the table. */
  byPayer: (PaidSum & { guestPublicId: string | null })[];
}

export interface ExtendedSessionView {
  tableSessionId: string;
  expiresAt: string;
}
