import type {
  IntentStatus,
  ProcessorCharge,
  ProcessorIntent,
  ProcessorMethod,
  ProcessorRefund,
} from '@/services/ports';
import {
  childOrNull,
  type Fields,
  fieldsOf,
  idOrNull,
  integer,
  integerOrNull,
  metadataOf,
  oneOf,
  text,
  textOrNull,
} from './fields';
import { describeError } from './messages';

// Amounts pass unchanged: domain/money keeps Stripe's own minor unit (ISK and UGX in hundredths). Only case differs.

const INTENT_STATUSES: readonly IntentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'processing',
  'succeeded',
  'canceled',
];
const REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;

/**
 * Stripe's PaymentIntent as rules see it.
 * @throws UnexpectedShape as all functions of this file, for an object without its promised fields
 */
export function toIntent(raw: object): ProcessorIntent {
  const intent = fieldsOf(raw);
  const lastError = childOrNull(intent, 'last_payment_error');
  return {
    id: text(intent, 'id'),
    clientSecret: textOrNull(intent, 'client_secret'),
    status: oneOf(intent, 'status', INTENT_STATUSES),
    amountMinor: integer(intent, 'amount'),
    receivedMinor: integerOrNull(intent, 'amount_received') ?? 0,
    currency: text(intent, 'currency').toUpperCase(),
    createdSec: integer(intent, 'created'),
    chargeId: idOrNull(intent, 'latest_charge'),
    chargeCreatedSec: integerOrNull(childOrNull(intent, 'latest_charge'), 'created'),
    metadata: metadataOf(intent),
    lastError: lastError && describeError(lastErrorFacts(lastError)),
    failedChargeId: lastError && idOrNull(lastError, 'charge'),
    failedMethodId: lastError && idOrNull(lastError, 'payment_method'),
  };
}

/** Stripe's Charge: what paid. Online cards and cards at a terminal alike; other kinds leave the card fields null. */
export function toCharge(raw: object): ProcessorCharge {
  const charge = fieldsOf(raw);
  const details = childOrNull(charge, 'payment_method_details');
  const card =
    childOrNull(details, 'card') ??
    childOrNull(details, 'card_present') ??
    childOrNull(details, 'interac_present');
  return {
    id: text(charge, 'id'),
    intentId: idOrNull(charge, 'payment_intent'),
    amountMinor: integer(charge, 'amount'),
    currency: text(charge, 'currency').toUpperCase(),
    cardBrand: textOrNull(card, 'brand'),
    cardLast4: textOrNull(card, 'last4'),
    cardFunding: textOrNull(card, 'funding'),
    wallet: textOrNull(childOrNull(card, 'wallet'), 'type'),
    createdSec: integer(charge, 'created'),
    transactionId: idOrNull(charge, 'balance_transaction'),
    metadata: metadataOf(charge),
  };
}

/** Stripe's Refund. A null status is not final, so it counts as pending. */
export function toRefund(raw: object): ProcessorRefund {
  const refund = fieldsOf(raw);
  return {
    id: text(refund, 'id'),
    intentId: idOrNull(refund, 'payment_intent'),
    chargeId: idOrNull(refund, 'charge'),
    amountMinor: integer(refund, 'amount'),
    currency: text(refund, 'currency').toUpperCase(),
    status: refund.status == null ? 'pending' : oneOf(refund, 'status', REFUND_STATUSES),
    failureReason: textOrNull(refund, 'failure_reason'),
    createdSec: integer(refund, 'created'),
    metadata: metadataOf(refund),
  };
}

/** Stripe's PaymentMethod. A wallet's card is kept under the wallet's name: that is what its owner knows it by. */
export function toMethod(raw: object): ProcessorMethod {
  const method = fieldsOf(raw);
  const card = childOrNull(method, 'card');
  return {
    id: text(method, 'id'),
    customerId: idOrNull(method, 'customer'),
    type: textOrNull(childOrNull(card, 'wallet'), 'type') ?? text(method, 'type'),
    cardBrand: textOrNull(card, 'brand'),
    cardLast4: textOrNull(card, 'last4'),
    cardExpMonth: integerOrNull(card, 'exp_month'),
    cardExpYear: integerOrNull(card, 'exp_year'),
    createdSec: integer(method, 'created'),
  };
}

function lastErrorFacts(lastError: Fields) {
  return {
    code: textOrNull(lastError, 'code') ?? textOrNull(lastError, 'type') ?? 'payment_failed',
    declineCode: textOrNull(lastError, 'decline_code'),
    detail: textOrNull(lastError, 'message') ?? '',
    httpStatus: null,
  };
}
