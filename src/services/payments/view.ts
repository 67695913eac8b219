import type { PaymentStatus } from '@/domain/payment/status';
import type { Refundable } from '@/domain/refund-amount';
import type { NotificationKind } from '../notifications/queue';
import type { CallName } from '../processor-calls/call-name';
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

/** One payment, with what can be given back of it. Null: to guests and customers, and before money was taken. */
export interface PaymentDetailView extends PaymentView {
  refundable: Refundable | null;
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
  /** As that person is called now; null: unknown, or no person. */
  actorName: string | null;
  details: Record<string, unknown> | null;
  createdAt: string;
}

/** What Stripe was asked and told, and which mails went out about a payment, newest first. Times ISO 8601 UTC. */
export interface PaymentTraceView {
  calls: ProcessorCallView[];
  events: PaymentEventView[];
  mails: PaymentMailView[];
}

/**
 * A call to the processor. `at` is when it was made. Of one that the log of calls has not (yet): when it was wanted, or at the
 * latest the end of the second in which it caused an event. The processor's own id of the request is known from that event alone.
 */
export interface ProcessorCallView {
  id: string;
  /** The idempotency key of what changes something; null: it only asked. */
  key: string | null;
  call: CallName;
  at: string;
  outcome: 'OK' | 'REFUSED' | 'UNAVAILABLE' | 'UNKNOWN' | 'UNDER_WAY';
  /** How long the answer took; null where only the effect is known. */
  durationMs: number | null;
  /** So often in a row it only asked the same and was answered; `at` is the last time. */
  times: number;
  /** Of what it made or changed: intent, refund, dispute. */
  objectId: string | null;
  requestId: string | null;
  error: string | null;
}

/** An event of the inbox that is about the payment. */
export interface PaymentEventView {
  eventId: string;
  type: string;
  objectId: string;
  state: string;
  source: string;
  attempts: number;
  outcome: string | null;
  /** For admins: it may name internals. */
  lastError: string | null;
  createdAt: string;
  receivedAt: string;
  finishedAt: string | null;
  /** Which request at the processor caused it. */
  requestId: string | null;
  /** False once it is older than payloads are kept (decision 24). */
  hasPayload: boolean;
}

export interface PaymentMailView {
  id: string;
  kind: NotificationKind;
  state: string;
  createdAt: string;
  sentAt: string | null;
  /** Why it was not sent. */
  reason: string | null;
}

/** An event as the processor sent it, without who anybody is and without secrets: those fields are null. */
export interface RawEventView {
  eventId: string;
  type: string;
  receivedAt: string;
  /** Null: it is older than payloads are kept. */
  payload: unknown;
}

/** What became of the wish to send a receipt again. */
export interface ResentReceiptView {
  outcome: 'QUEUED' | 'NO_ADDRESS' | 'SWITCHED_OFF' | 'OPTED_OUT';
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
