import { keepFailedAttempt } from '@/db/sql/retry';
import type { Tx } from '@/db/transaction';
import { attemptKey, type FailedAttempt, isNewAttempt } from '@/domain/payment/failed-attempt';
import { tellPayer } from '../notifications';
import type { ProcessorIntent } from '../ports';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';

/** A failure of an intent, with the second that is told for it. */
type Failure = { intent: ProcessorIntent; atSec: number };

/** What is kept of a failure in words. @param otherwise for one that comes without */
export function failureWordsOf({ lastError }: ProcessorIntent, otherwise: string | null) {
  return {
    failureReason: lastError?.guestMessage ?? otherwise,
    failureCode: lastError ? (lastError.declineCode ?? lastError.code) : null,
  };
}

/** The payment has become FAILED, or has failed anew: its attempt counts once (domain/payment/retry.ts), and the payer is told. */
export async function noteFailure(tx: Tx, row: PaymentRow, failure: Failure): Promise<void> {
  const attempt = attemptOf(failure);
  if (!isNewAttempt(row.failedAttempts, row.status === 'FAILED', attempt)) return;
  await tx.query(keepFailedAttempt, [row.id, attemptKey(attempt)]);
  // Once per attempt that a retry began: whoever tries card after card at the table knows without a mail each.
  await tellPayer(tx, row, {
    kind: 'PAYMENT_FAILED',
    factKey: `failed:${row.id}:${row.retryCount}`,
  });
}

/**
 * Another attempt of a FAILED payment that its second does not tell from the one known: its charge or method does. Within the same second
 * the words of the later told one count.
 * @returns false when it is none: a repeat, or too late
 */
export async function failAgain(
  tx: Tx,
  ctx: FactContext,
  row: PaymentRow,
  failure: Failure,
): Promise<boolean> {
  if (row.status !== 'FAILED' || !isAnotherAttempt(row, failure.intent)) return false;
  const { intent, atSec } = failure;
  await recordChange(tx, ctx, row, {
    action: 'failed',
    patch: atSec === row.factAtSec ? failureWordsOf(intent, row.failureReason) : {},
    details: { intentId: intent.id, atSec, declineCode: intent.lastError?.declineCode ?? null },
    events: [],
  });
  await noteFailure(tx, row, failure);
  return true;
}

/** Whether the intent tells of a failed attempt that a FAILED payment does not know. One that names neither its charge nor its
 * method is known by its second alone, so that a late one is none. */
export function isAnotherAttempt(
  payment: Pick<PaymentRow, 'failedAttempts'>,
  { failedChargeId: chargeId, failedMethodId: methodId }: ProcessorIntent,
): boolean {
  if (chargeId === null && methodId === null) return false;
  return isNewAttempt(payment.failedAttempts, true, { chargeId, methodId, atSec: 0 });
}

function attemptOf({ intent, atSec }: Failure): FailedAttempt {
  return { chargeId: intent.failedChargeId, methodId: intent.failedMethodId, atSec };
}
