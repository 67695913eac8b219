import type { ProcessorError } from './processor-outcome';

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'processing'
  | 'succeeded'
  | 'canceled';

/**
 * The processor's payment intent, reduced to what rules need. Amounts in minor units, currency in upper case, times in
 * Unix seconds.
 */
export interface ProcessorIntent {
  id: string;
  clientSecret: string | null;
  status: IntentStatus;
  amountMinor: number;
  receivedMinor: number;
  currency: string;
  createdSec: number;
  chargeId: string | null;
  /** When the charge was made. Null unless the charge was expanded (retrieve). */
  chargeCreatedSec: number | null;
  metadata: Record<string, string>;
  lastError: ProcessorError | null;
  /** Charge and method of the attempt that `lastError` is about. Null where it names none. */
  failedChargeId: string | null;
  failedMethodId: string | null;
}

/** The processor's charge, with the card that paid. `wallet` is apple_pay, google_pay, ... or null. */
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
  /** Its balance transaction. The processor makes it after the capture, and tells it by `charge.updated`. */
  transactionId: string | null;
  metadata: Record<string, string>;
}

export interface ProcessorSetup {
  id: string;
  clientSecret: string;
}

/** A card that the processor stores. `type` is card, apple_pay, google_pay, ... `customerId` null: detached. */
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
  createdSec: number;
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
  /** Null where an event leaves it out (test events, some API versions): then the event's time counts. */
  createdSec: number | null;
  metadata: Record<string, string>;
  /** The movements of funds so far. */
  transactions: ProcessorTransaction[];
}

/**
 * A movement of the account's balance, in minor units of the account's currency. Incoming amounts are positive, a fee
 * taken is positive, and net = gross - fee. `source...`, `intentId` and the like are null unless the source was
 * expanded.
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
  /** The source's own amount and currency. They differ when the processor converted the currency. */
  sourceMinor: number | null;
  sourceCurrency: string | null;
  intentId: string | null;
  chargeId: string | null;
  /** The payment id in the source's metadata. */
  claimedPaymentId: string | null;
  payout: ProcessorPayout | null;
}

export interface ProcessorPayout {
  id: string;
  /** Negative when the processor debits the bank account. */
  amountMinor: number;
  currency: string;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  /** Made by the processor's schedule. Only automatic payouts list their transactions. */
  isAutomatic: boolean;
  reconciliationStatus: 'in_progress' | 'completed' | 'not_applicable';
  failureCode: string | null;
  /** The reference on the bank's line. */
  traceId: string | null;
  arrivalSec: number;
  createdSec: number;
}
