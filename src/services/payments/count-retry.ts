import { countRetry } from '@/db/sql/retry';
import type { Tx } from '@/db/transaction';
import { type RetryStep, retryStep } from '@/domain/payment/retry';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';

/**
 * Counts a wish to try a failed card payment again, whoever has it: `payments.retry`, a saved card, or a client that starts
 * the same payment anew (decision 15). Under the lock of the payment's orders. The payment stays FAILED, which still holds
 * its part of the bill, until the processor tells of the next attempt.
 * @returns what the wish means; the caller acts on LIMIT_REACHED and NOT_RETRYABLE
 */
export async function countAttempt(tx: Tx, ctx: ServiceContext, row: PaymentRow): Promise<RetryStep> {
  const step = retryStep(row);
  if (step !== 'COUNT') return step;
  const retryCount = row.retryCount + 1;
  await tx.query(countRetry, [row.id, retryCount]);
  await recordChange(tx, { actor: ctx.actor, requestId: ctx.request.id, now: ctx.clock.now() }, row, {
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
