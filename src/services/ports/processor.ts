import type { ProcessorEvent } from './processor-events';
import type {
  ProcessorCharge,
  ProcessorDispute,
  ProcessorIntent,
  ProcessorRefund,
  ProcessorSetup,
  ProcessorTransaction,
} from './processor-objects';
import type { ProcessorOutcome } from './processor-outcome';

/** Metadata holds ids only (decision 22). Stored before the call, so that a repair repeats it exactly (decision 18). */
export interface CreateIntentParams {
  amountMinor: number;
  currency: string;
  metadata: Record<string, string>;
  customerId: string | null;
  saveCard: boolean;
  statementSuffix: string | null;
}

/** Metadata holds ids only: `refundId` is that of our row. */
export interface CreateRefundParams {
  intentId: string;
  amountMinor: number;
  metadata: Record<string, string>;
}

/** `texts` and `fileIds` by the evidence's name in camel case, e.g. `customerName`. Files are uploaded before. */
export interface DisputeEvidenceParams {
  texts: Readonly<Record<string, string>>;
  fileIds: Readonly<Record<string, string>>;
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
  /**
   * The intent with this `metadata.paymentId`, found by listing, as search lags behind (decision 18). Null: there is
   * none.
   */
  findIntentByPaymentId(
    paymentId: string,
    createdFromSec: number,
  ): Promise<ProcessorOutcome<ProcessorIntent | null>>;
  createCustomer(userId: string, key: string): Promise<ProcessorOutcome<{ id: string }>>;
  /** A page of events since `fromSec`, newest first. `afterId`: the previous page's `nextId`; null: the first page. */
  listEvents(from: {
    fromSec: number;
    afterId: string | null;
  }): Promise<ProcessorOutcome<{ events: ProcessorEvent[]; nextId: string | null }>>;
  createRefund(params: CreateRefundParams, key: string): Promise<ProcessorOutcome<ProcessorRefund>>;
  /** The refund of an intent with this `metadata.refundId`, found by listing. Null: there is none. */
  findRefund(intentId: string, refundId: string): Promise<ProcessorOutcome<ProcessorRefund | null>>;
  retrieveCharge(chargeId: string): Promise<ProcessorOutcome<ProcessorCharge>>;
  /** Lets a browser save a card for a customer without paying. */
  createSetup(customerId: string, key: string): Promise<ProcessorOutcome<ProcessorSetup>>;
  /** Detaches a saved card from its customer for good. Succeeds also when it is detached already. */
  detachMethod(methodId: string, key: string): Promise<ProcessorOutcome<null>>;
  /**
   * Pays an intent with a saved card while the guest is present: sets the intent's customer, then confirms it.
   * `requires_action`: the bank demands authentication, and the browser goes on with the client secret.
   */
  confirmWithMethod(
    intentId: string,
    card: { customerId: string; methodId: string },
    key: string,
  ): Promise<ProcessorOutcome<ProcessorIntent>>;
  /**
   * A page of movements of the account's balance, newest first: of a time range, or of a payout whose reconciliation is
   * completed. `afterId`: the previous page's `nextId`; null: the first page. `nextId` null: the last page.
   */
  listTransactions(
    which: { fromSec: number; beforeSec: number } | { payoutId: string },
    afterId: string | null,
  ): Promise<ProcessorOutcome<{ transactions: ProcessorTransaction[]; nextId: string | null }>>;
  retrieveTransaction(transactionId: string): Promise<ProcessorOutcome<ProcessorTransaction>>;
  retrieveDispute(disputeId: string): Promise<ProcessorOutcome<ProcessorDispute>>;
  /** Submits evidence. A dispute takes it once. `metadata` names our row, so that a repair can look it up first. */
  submitDisputeEvidence(
    disputeId: string,
    evidence: DisputeEvidenceParams,
    key: string,
  ): Promise<ProcessorOutcome<ProcessorDispute>>;
}
