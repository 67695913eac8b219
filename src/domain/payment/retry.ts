import type { PaymentStatus } from '@/domain/payment/status';

/** Retries of one payment (decision 15). The first attempt is none. */
export const MAX_RETRIES = 3;

export type RetryStep =
  /** It failed and may be tried again: counts. */
  | 'COUNT'
  /** This failure was answered by a retry already (a second tap, another device): nothing to count. */
  | 'COUNTED'
  /** It failed and was retried as often as it may be: its intent ends, and a new payment is allowed. */
  | 'LIMIT_REACHED'
  /** It waits for a card and has not failed: as good as a retry. */
  | 'NOTHING_FAILED'
  /** Paid, being processed or closed. */
  | 'NOT_RETRYABLE';

/**
 * What a wish to try again means. A wish answers every attempt that has failed so far, so that sixteen wishes about one
 * failure count once.
 * @param payment.failedAttempts keys of the attempts that failed, each once (failed-attempt.ts)
 * @param payment.retriedAttempts how many of them the retries so far have answered
 */
export function retryStep(payment: {
  status: PaymentStatus;
  retryCount: number;
  failedAttempts: readonly string[];
  retriedAttempts: number;
}): RetryStep {
  if (payment.status === 'PENDING') return 'NOTHING_FAILED';
  if (payment.status !== 'FAILED') return 'NOT_RETRYABLE';
  if (payment.retriedAttempts >= payment.failedAttempts.length) return 'COUNTED';
  return payment.retryCount < MAX_RETRIES ? 'COUNT' : 'LIMIT_REACHED';
}
