import { createHash } from 'node:crypto';

/**
 * Idempotency keys for the processor: the same intention always gives the same key, so a repeat after a crash meets the
 * first answer (Stripe "Idempotent requests": at most 255 characters, kept for at least 24 h).
 * `attempt` starts at 1 and grows only after a definite stored error or 24 h (decision 18).
 */
export function intentCreateKey(paymentId: string, attempt = 1): string {
  return `payment:${keyPart(paymentId)}:create:${attempt}`;
}

export function intentCancelKey(paymentId: string, attempt = 1): string {
  return `payment:${keyPart(paymentId)}:cancel:${attempt}`;
}

/**
 * `sequence` is the number of this change within its payment: going back to an earlier amount is a new change, and with
 * the old key would only be answered from memory.
 */
export function intentAmountKey(paymentId: string, amountMinor: number, sequence: number): string {
  return `payment:${keyPart(paymentId)}:amount:${sequence}:${amountMinor}`;
}

export function refundCreateKey(refundId: string, attempt = 1): string {
  return `refund:${keyPart(refundId)}:create:${attempt}`;
}

export function customerCreateKey(userId: string, attempt = 1): string {
  return `customer:${keyPart(userId)}:create:${attempt}`;
}

/** @param setupId of the wish to save a card, ours */
export function setupCreateKey(setupId: string, attempt = 1): string {
  return `setup:${keyPart(setupId)}:create:${attempt}`;
}

/** @param cardId our row's */
export function methodDetachKey(cardId: string, attempt = 1): string {
  return `card:${keyPart(cardId)}:detach:${attempt}`;
}

/** @param confirmationId of this wish to pay with a saved card: another wish is another confirmation */
export function intentConfirmKey(paymentId: string, confirmationId: string, attempt = 1): string {
  return `payment:${keyPart(paymentId)}:confirm:${keyPart(confirmationId)}:${attempt}`;
}

/** @param evidenceId our row's: other evidence is another submission */
export function disputeEvidenceKey(evidenceId: string, attempt = 1): string {
  return `evidence:${keyPart(evidenceId)}:submit:${attempt}`;
}

const CALLS = {
  'payment:create': 'CREATE_INTENT',
  'payment:amount': 'CHANGE_AMOUNT',
  'payment:cancel': 'CANCEL_INTENT',
  'payment:confirm': 'CONFIRM_INTENT',
  'refund:create': 'CREATE_REFUND',
  'evidence:submit': 'SUBMIT_EVIDENCE',
} as const;
/** What about a payment is asked of the processor. */
export type PaymentCall = (typeof CALLS)[keyof typeof CALLS];

/** Which call a key was made for; null: it is none of ours, such as a browser's. */
export function callOfKey(key: string): PaymentCall | null {
  const [subject, , verb] = key.split(':');
  return CALLS[`${subject}:${verb}` as keyof typeof CALLS] ?? null;
}

/** The payment that a key was made for; null: a key of something else, or none of ours. */
export function paymentOfKey(key: string): string | null {
  return /^payment:([0-9a-f-]{36}):/.exec(key)?.[1] ?? null;
}

/** Platform ids are opaque, up to 255 characters of anything; a key travels in an HTTP header. Others are hashed. */
function keyPart(id: string): string {
  return /^[\w.-]{1,128}$/.test(id) ? id : `sha256-${createHash('sha256').update(id).digest('hex')}`;
}
