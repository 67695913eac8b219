/** What services need from outside, as interfaces: the processor, a clock, a log, a notifier. Implemented in src/stripe, src/notify, src/server. */

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
  /** The charge and the method of the attempt that `lastError` is about; null: it names none. */
  failedChargeId: string | null;
  failedMethodId: string | null;
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
  /** Its balance transaction, once the processor has made it: after the capture, with `charge.updated`. */
  transactionId: string | null;
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
  /** Lets a browser save a card for a customer without paying. */
  createSetup(customerId: string, key: string): Promise<ProcessorOutcome<ProcessorSetup>>;
  /** Takes a saved card away from its customer, for good. One that is away already is fine. */
  detachMethod(methodId: string, key: string): Promise<ProcessorOutcome<null>>;
  /**
   * Pays an intent with a saved card while the guest is there: the intent becomes the card's customer's, then it is confirmed.
   * `requires_action` means that the bank wants to see the guest: the browser goes on with the client secret.
   */
  confirmWithMethod(
    intentId: string,
    card: { customerId: string; methodId: string },
    key: string,
  ): Promise<ProcessorOutcome<ProcessorIntent>>;
  /**
   * Movements of the account's balance, newest first, a page at a time: made within a time, or paid out by a payout whose
   * reconciliation is completed. `afterId`: the last page's `nextId`; null: the beginning, and the end.
   */
  listTransactions(
    which: { fromSec: number; beforeSec: number } | { payoutId: string },
    afterId: string | null,
  ): Promise<ProcessorOutcome<{ transactions: ProcessorTransaction[]; nextId: string | null }>>;
  retrieveTransaction(transactionId: string): Promise<ProcessorOutcome<ProcessorTransaction>>;
  retrieveDispute(disputeId: string): Promise<ProcessorOutcome<ProcessorDispute>>;
  /** Answers the bank, for good: a dispute takes evidence once. `metadata` names our row, so that a repair can look first. */
  submitDisputeEvidence(
    disputeId: string,
    evidence: DisputeEvidenceParams,
    key: string,
  ): Promise<ProcessorOutcome<ProcessorDispute>>;
}

/** `texts` and `fileIds` by the name of the evidence in camel case, e.g. `customerName`; files are at the processor already. */
export interface DisputeEvidenceParams {
  texts: Readonly<Record<string, string>>;
  fileIds: Readonly<Record<string, string>>;
  metadata: Record<string, string>;
}

export interface ProcessorSetup {
  id: string;
  clientSecret: string;
}

/** A card that the processor keeps. `type` is card, apple_pay, google_pay, ...; `customerId` null: nobody's (any more). */
export interface ProcessorMethod {
  id: string;
  customerId: string | null;
  type: string;
  cardBrand: string | null;
  cardLast4: string | null;
  cardExpMonth: number | null;
  cardExpYear: number | null;
  createdSec: number;
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
  hasEvidence: boolean;
  submissionCount: number;
  /** Null in events of tests and of versions that leave it out: then the event's own second counts. */
  createdSec: number | null;
  metadata: Record<string, string>;
  /** The funds that it has moved so far. */
  transactions: ProcessorTransaction[];
}

/**
 * A movement of the account's balance. Minor units of the account's currency, signed: what comes in is positive, a fee taken is
 * positive, net is gross less fee. What it is about (`source...`, `intentId`, ...) is known when its source came along.
 */
export interface ProcessorTransaction {
  id: string;
  type: string;
  reportingCategory: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  currency: string;
  availableOnSec: number;
  createdSec: number;
  sourceId: string | null;
  /** The source's own amount and currency: another one when the processor has exchanged it. */
  sourceMinor: number | null;
  sourceCurrency: string | null;
  intentId: string | null;
  chargeId: string | null;
  /** The payment id of the source's metadata. */
  claimedPaymentId: string | null;
  payout: ProcessorPayout | null;
}

export interface ProcessorPayout {
  id: string;
  /** Negative: the processor takes it from the bank. */
  amountMinor: number;
  currency: string;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  /** Made by the processor's schedule: only such a one tells which transactions it pays out. */
  isAutomatic: boolean;
  reconciliationStatus: 'in_progress' | 'completed' | 'not_applicable';
  failureCode: string | null;
  /** How the bank's line names it. */
  traceId: string | null;
  arrivalSec: number;
  createdSec: number;
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
    | { kind: 'method'; method: ProcessorMethod }
    | { kind: 'payout'; payout: ProcessorPayout }
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

/** A mail in plain text. `messageId` is the same for every attempt, so that a mailbox can tell a repeat. */
export interface Mail {
  messageId: string;
  to: string;
  subject: string;
  text: string;
  /** One click away from no more mail (RFC 8058): answers GET for people and POST for mail programs. */
  unsubscribeUrl: string;
}

/**
 * `refused`: it was certainly not sent; `isPermanent` means that a repeat would end alike (no such mailbox). `unknown`: the
 * connection broke after the mail was handed over, so it may have been sent.
 */
export type MailOutcome =
  | { kind: 'sent' }
  | { kind: 'refused'; isPermanent: boolean; detail: string }
  | { kind: 'unknown'; detail: string };

export interface Notifier {
  /** Never throws for what the mail server or the way to it does. */
  send(mail: Mail): Promise<MailOutcome>;
}
