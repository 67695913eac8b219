import type { ProcessorDispute, ProcessorPayout, ProcessorTransaction } from '@/services/ports';
import {
  childOrNull,
  type Fields,
  fieldsOf,
  idOrNull,
  integer,
  integerOrNull,
  isFields,
  metadataOf,
  oneOf,
  text,
  textOrNull,
} from './fields';

const PAYOUT_STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;
const RECONCILIATION = ['in_progress', 'completed', 'not_applicable'] as const;

/**
 * Stripe's Dispute with the funds that it has moved; `dueBySec` is the last moment for evidence, null when none is wanted.
 * @throws UnexpectedShape as all functions of this file, for an object without its promised fields
 */
export function toDispute(raw: object): ProcessorDispute {
  const dispute = fieldsOf(raw);
  const details = childOrNull(dispute, 'evidence_details');
  const owner = { intentId: idOrNull(dispute, 'payment_intent'), chargeId: idOrNull(dispute, 'charge') };
  const moved = dispute.balance_transactions;
  return {
    ...owner,
    id: text(dispute, 'id'),
    amountMinor: integer(dispute, 'amount'),
    currency: text(dispute, 'currency').toUpperCase(),
    status: text(dispute, 'status'),
    reason: text(dispute, 'reason'),
    dueBySec: integerOrNull(details, 'due_by'),
    hasEvidence: details?.has_evidence === true,
    submissionCount: integerOrNull(details, 'submission_count') ?? 0,
    createdSec: integerOrNull(dispute, 'created'),
    metadata: metadataOf(dispute),
    transactions: (Array.isArray(moved) ? moved : [])
      .filter(isFields)
      .map((transaction) => ({ ...toTransaction(transaction), ...owner })),
  };
}

/** Stripe's BalanceTransaction. With an expanded source it also says what it is about. */
export function toTransaction(raw: object): ProcessorTransaction {
  const transaction = fieldsOf(raw);
  const source = childOrNull(transaction, 'source');
  return {
    id: text(transaction, 'id'),
    type: text(transaction, 'type'),
    reportingCategory: text(transaction, 'reporting_category'),
    grossMinor: integer(transaction, 'amount'),
    feeMinor: integer(transaction, 'fee'),
    netMinor: integer(transaction, 'net'),
    currency: text(transaction, 'currency').toUpperCase(),
    availableOnSec: integer(transaction, 'available_on'),
    createdSec: integer(transaction, 'created'),
    sourceId: idOrNull(transaction, 'source'),
    sourceMinor: integerOrNull(source, 'amount'),
    sourceCurrency: textOrNull(source, 'currency')?.toUpperCase() ?? null,
    intentId: source && idOrNull(source, 'payment_intent'),
    chargeId: source && (source.object === 'charge' ? text(source, 'id') : idOrNull(source, 'charge')),
    claimedPaymentId: source && (metadataOf(source).paymentId ?? null),
    payout: source?.object === 'payout' ? toPayout(source) : null,
  };
}

/** Stripe's Payout. A negative amount is a debit of the bank account. */
export function toPayout(raw: object): ProcessorPayout {
  const payout = fieldsOf(raw);
  return {
    id: text(payout, 'id'),
    amountMinor: integer(payout, 'amount'),
    currency: text(payout, 'currency').toUpperCase(),
    status: oneOf(payout, 'status', PAYOUT_STATUSES),
    isAutomatic: payout.automatic === true,
    reconciliationStatus: oneOf(payout, 'reconciliation_status', RECONCILIATION),
    failureCode: textOrNull(payout, 'failure_code'),
    traceId: traceOf(payout),
    arrivalSec: integer(payout, 'arrival_date'),
    createdSec: integer(payout, 'created'),
  };
}

function traceOf(payout: Fields): string | null {
  return textOrNull(childOrNull(payout, 'trace_id'), 'value');
}
