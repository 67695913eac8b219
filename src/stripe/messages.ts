import { failureWords, REFUSED_REQUEST, UNKNOWN_DECLINE, type Words } from '@/domain/payment/failure-words';
import type { ProcessorError } from '@/services/ports';

/** What is known of an error before it has words. `detail` is for the log only. */
export type ErrorFacts = Pick<ProcessorError, 'code' | 'declineCode' | 'detail' | 'httpStatus'>;

const MAX_DETAIL_LENGTH = 500;

/**
 * Puts an error into a guest's and the staff's words, by decline code, else by code. What is not in the table gets a safe
 * sentence; Stripe's own message never reaches anyone but the log.
 */
export function describeError(facts: ErrorFacts): ProcessorError {
  const words = failureWords(facts.declineCode) ?? failureWords(facts.code) ?? fallbackFor(facts);
  return {
    ...facts,
    detail: facts.detail.slice(0, MAX_DETAIL_LENGTH),
    guestMessage: words.guest,
    staffMessage: words.staff,
  };
}

/** A decline code or an error without HTTP status (an intent's last error) speaks of the card, all else of the request. */
function fallbackFor(facts: ErrorFacts): Words {
  return facts.declineCode !== null || facts.httpStatus === null || facts.httpStatus === 402
    ? UNKNOWN_DECLINE
    : REFUSED_REQUEST;
}
