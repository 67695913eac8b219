import type { PaymentStatus } from '@/domain/payment/status';
import type { PAYMENT_METHODS } from './schemas';

export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/**
 * A payment as callers see it. Amounts in minor units of `currency`; times are ISO 8601 UTC strings, so lists stay
 * plain JSON. `subtotalMinor + taxMinor + tipMinor = totalMinor`. `clientSecret` only for the payer while open. Account,
 * processor ids, card and failure are null for table mates.
 */
export interface PaymentView {
  id: string;
  orderId: string;
  restaurantId: string;
  restaurantName: string;
  tableId: string | null;
  tableSessionId: string | null;
  /** The paying guest's public id, never the secret one. */
  guestPublicId: string | null;
  customerId: string | null;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
  refundedMinor: number;
  tipRefundedMinor: number;
  /** The newest refund that gave money back, and why: the staff's words, for the restaurant alone. */
  refundId: string | null;
  refundReason: string | null;
  currency: string;
  method: PaymentMethod;
  provider: 'STRIPE' | 'PAYPAL' | 'SQUARE' | 'CASH';
  status: PaymentStatus;
  /** What was asked to be paid: one order, or a table session's bill (docs/adr/0002). */
  scope: 'ORDER' | 'TABLE_SESSION';
  paymentIntentId: string | null;
  transactionId: string | null;
  clientSecret: string | null;
  cardBrand: string | null;
  cardLast4: string | null;
  cardFunding: string | null;
  wallet: string | null;
  /** What the guest was told. */
  failureReason: string | null;
  /** What the restaurant may know of it: null for guests and customers. */
  staffFailureReason: string | null;
  receiptNumber: string | null;
  receiptUrl: string | null;
  retryCount: number;
  splitGroupId: string | null;
  /** Of the table's live split whose share it is (services/split-calculations). */
  splitCalculationId: string | null;
  businessDay: string | null;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
  expiresAt: string | null;
}

/** A payment in a list, with what people call its table and orders. */
export interface ListedPayment extends PaymentView {
  tableName: string | null;
  orderNumbers: string[];
}

/** A payment as one of its orders sees it. `allocatedMinor`: that order's part, without the payer's own tip. */
export interface OrderPaymentView extends PaymentView {
  allocatedMinor: number;
  allocatedRefundedMinor: number;
}

/** One page; `nextCursor` null: that was the last. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PaymentHistoryEntry {
  id: string;
  action: string;
  previousStatus: PaymentStatus | null;
  newStatus: PaymentStatus | null;
  actor: string;
  details: Record<string, unknown> | null;
  createdAt: string;
}

/** A receipt as people read it, on screen and on paper. Amounts in minor units. */
export interface ReceiptView {
  number: string;
  paymentId: string;
  businessDay: string;
  issuedAt: string;
  restaurant: { name: string; address: string | null; timeZone: string; locale: string };
  tableName: string | null;
  currency: string;
  orders: {
    orderNumber: string;
    lines: { name: string; quantity: number; unitMinor: number; subtotalMinor: number }[];
  }[];
  /** True when the lines are the whole bill but this payment covers only a part of it. */
  partOfBill: boolean;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
  /** `reason` is the staff's: null by the public link. */
  refunds: { refundedMinor: number; reason: string | null; status: string; createdAt: string }[];
  refundedMinor: number;
  paidWith: string;
  /** The public page without login; stops working at `linkExpiresAt`. */
  url: string;
  linkExpiresAt: string;
}

export interface PaymentsConfig {
  publishableKey: string;
  currency: string;
  minPaymentMinor: number;
  maxPaymentMinor: number;
  simulator: boolean;
  simulatorUrl: string | null;
}
