/** What services need from outside, as interfaces: the processor, a clock, a log. Implemented in src/stripe and src/server. */

export interface Clock {
  now(): Date;
}

export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/**
 * The three ends a call to the processor can have. `refused`: it was not executed, or ended in a definite error that is
 * final for this idempotency key. `unknown`: time-out, lost connection, 5xx, 409 in flight: it may have been executed,
 * ask later. `unavailable`: definitely not executed and safe to repeat with the same key (429, connection refused).
 */
export type ProcessorOutcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'refused'; error: ProcessorError }
  | { kind: 'unavailable'; error: ProcessorError }
  | { kind: 'unknown'; error: ProcessorError };

/** `guestMessage` may be shown to a guest, `staffMessage` to the restaurant; `detail` is for the log. */
export interface ProcessorError {
  code: string;
  declineCode: string | null;
  guestMessage: string;
  staffMessage: string;
  detail: string;
  httpStatus: number | null;
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'processing'
  | 'succeeded'
  | 'canceled';

/** The processor's payment intent, reduced to what rules need. Amounts in minor units, currency upper case, times in Unix seconds. */
export interface ProcessorIntent {
  id: string;
  clientSecret: string | null;
  status: IntentStatus;
  amountMinor: number;
  receivedMinor: number;
  currency: string;
  createdSec: number;
  chargeId: string | null;
  /** When the money was taken; known only when the charge came along with the intent (retrieve). */
  chargeCreatedSec: number | null;
  metadata: Record<string, string>;
  lastError: ProcessorError | null;
}

/** The processor's charge: what kind of card paid. `wallet` is apple_pay, google_pay, ... or null. */
export interface ProcessorCharge {
  id: string;
  intentId: string | null;
  amountMinor: number;
  currency: string;
  cardBrand: string | null;
  cardLast4: string | null;
  cardFunding: string | null;
  wallet: string | null;
  createdSec: number;
  metadata: Record<string, string>;
}

/** Ids only in metadata, no personal data (decision 22). Stored before the call so that a repair repeats it exactly (decision 18). */
export interface CreateIntentParams {
  amountMinor: number;
  currency: string;
  metadata: Record<string, string>;
  customerId: string | null;
  saveCard: boolean;
  statementSuffix: string | null;
}

/** Ids only in metadata: `refundId` is our row's. Amount in minor units. */
export interface CreateRefundParams {
  intentId: string;
  amountMinor: number;
  metadata: Record<string, string>;
}

export interface Processor {
  createIntent(params: CreateIntentParams, key: string): Promise<ProcessorOutcome<ProcessorIntent>>;
  changeAmount(
    intentId: string,
    amountMinor: number,
    key: string,
  ): Promise<ProcessorOutcome<ProcessorIntent>>;
  cancelIntent(intentId: string, key: string): Promise<ProcessorOutcome<ProcessorIntent>>;
  retrieveIntent(intentId: string): Promise<ProcessorOutcome<ProcessorIntent>>;
  /** The intent with `metadata.paymentId`, looked for by listing (decision 18: search lags behind). Null: there is none. */
  findIntentByPaymentId(
    paymentId: string,
    createdFromSec: number,
  ): Promise<ProcessorOutcome<ProcessorIntent | null>>;
  createCustomer(userId: string, key: string): Promise<ProcessorOutcome<{ id: string }>>;
  /** Events since a second, newest first, a page at a time. `afterId`: the last page's `nextId`; null: the end. */
  listEvents(from: {
    fromSec: number;
    afterId: string | null;
  }): Promise<ProcessorOutcome<{ events: ProcessorEvent[]; nextId: string | null }>>;
  createRefund(params: CreateRefundParams, key: string): Promise<ProcessorOutcome<ProcessorRefund>>;
  /** The refund of an intent with `metadata.refundId`, looked for by listing. Null: there is none. */
  findRefund(intentId: string, refundId: string): Promise<ProcessorOutcome<ProcessorRefund | null>>;
  retrieveCharge(chargeId: string): Promise<ProcessorOutcome<ProcessorCharge>>;
}

export interface ProcessorRefund {
  id: string;
  intentId: string | null;
  chargeId: string | null;
  amountMinor: number;
  currency: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  failureReason: string | null;
  metadata: Record<string, string>;
}

export interface ProcessorDispute {
  id: string;
  intentId: string | null;
  chargeId: string | null;
  amountMinor: number;
  currency: string;
  status: string;
  reason: string;
  dueBySec: number | null;
}

/** An event of the processor, normalised. `payload` is what arrived, kept for replay. */
export interface ProcessorEvent {
  id: string;
  type: string;
  createdSec: number;
  objectId: string;
  payload: string;
  subject:
    | { kind: 'intent'; intent: ProcessorIntent }
    | { kind: 'charge'; charge: ProcessorCharge }
    | { kind: 'refund'; refund: ProcessorRefund }
    | { kind: 'dispute'; dispute: ProcessorDispute }
    | { kind: 'other' }
    /** A known object without the fields that it promises: kept in the inbox until the code can read it. */
    | { kind: 'unreadable'; problem: string };
}

export type EventVerification =
  | { ok: true; event: ProcessorEvent }
  | { ok: false; reason: 'missing' | 'malformed' | 'mismatch' | 'stale' | 'future' | 'body' };

export interface EventReader {
  /** Checks the signature over the raw bytes against every configured secret before anything is parsed. */
  verify(rawBody: string, signatureHeader: string | null, now: Date): EventVerification;
  /** Reads a stored payload again (inbox retries, sweep). Throws on a body that is not an event. */
  parse(payload: string): ProcessorEvent;
}
