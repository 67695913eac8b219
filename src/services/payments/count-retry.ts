import { storeRetryCount } from '@/db/sql/retry';
import type { Tx } from '@/db/transaction';
import { type RetryStep, retryStep } from '@/domain/payment/retry';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { originOf } from './fact-context';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';

/**
 * Counts a request to try a failed card payment again (decision 15). Three verbs make it: `payments.retry`, a payment
 * with a saved card, and a create that finds the failed payment. Under the lock of the payment's orders. The payment
 * stays FAILED until the processor tells of the next attempt, and so holds its part of the bill.
 * @returns what the request means; the caller acts on LIMIT_REACHED and NOT_RETRYABLE
 */
export async function countRetry(tx: Tx, ctx: ServiceContext, row: PaymentRow): Promise<RetryStep> {
  const step = retryStep(row);
  if (step !== 'COUNT') return step;
  const retryCount = row.retryCount + 1;
  await tx.query(storeRetryCount, [row.id, retryCount]);
  await recordChange(tx, originOf(ctx), row, {
    action: 'retried',
    patch: {},
    details: { retryCount, intentId: row.paymentIntentId },
    events: [],
  });
  return step;
}

/** The answer to one retry too many. */
export function retryLimitReached(row: Pick<PaymentRow, 'retryCount'>): ServiceError {
  return new ServiceError(
    'RETRY_LIMIT_REACHED',
    'This payment was tried too often and is closed. Start a new one, or pay in another way.',
    { details: { retryCount: row.retryCount } },
  );
}

/** The answer where there is nothing to try again. */
export function notRetryable(row: Pick<PaymentRow, 'status' | 'provider'>): ServiceError {
  return new ServiceError(
    'ILLEGAL_TRANSITION',
    'Only an open card payment can be tried again. Reload to see where this one stands.',
    { details: { status: row.status, provider: row.provider } },
  );
}
