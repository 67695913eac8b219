import { readPayment } from '@/db/sql/read-payment';
import { readReceipts, readUnpostedReturns } from '@/db/sql/unmatched-receipts';
import type { Tx } from '@/db/transaction';
import { unmatchedMovementPostings } from '@/domain/ledger/processor-postings';
import { decide, isHeldByReceipt } from '@/domain/payment/transition';
import { postFacts } from '../ledger/post';
import type { ProcessorIntent } from '../ports';
import type { ChangeOrigin } from './fact-context';
import { assertAllLocked } from './locked-payment';
import type { PaymentEventType } from './payment-event';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';

type Return = {
  paymentId: string;
  intentId: string;
  transactionId: string;
  movedMinor: number;
  currency: string;
  occurredAt: Date;
};

/**
 * Takes out of the books what the processor gave back of unmatched receipts, each of its movements once, and puts back what
 * of it failed. A payment that a receipt held is held no more once all of it went back. Called with the payments' orders
 * locked when a receipt comes and when a movement is posted, so that it ends the same whichever comes first.
 * @param lockedOrderIds where the payments were not read under the lock yet: the orders that are locked
 * @returns whether anything was posted
 * @throws OutdatedLocksError
 */
export async function returnReceipts(
  tx: Tx,
  origin: ChangeOrigin,
  paymentIds: readonly string[],
  lockedOrderIds?: readonly string[],
): Promise<boolean> {
  if (paymentIds.length === 0) return false;
  const returns = await tx.query<Return>(readUnpostedReturns, [paymentIds]);
  for (const paymentId of new Set(returns.map((one) => one.paymentId))) {
    const row = await tx.one<PaymentRow>(readPayment, [paymentId]);
    if (lockedOrderIds) assertAllLocked([row], lockedOrderIds);
    const own = returns.filter((one) => one.paymentId === paymentId);
    await postFacts(
      tx,
      own.map(({ intentId, transactionId, movedMinor, ...of }) => ({
        ...of,
        factKey: `unmatched-refund:${intentId}:${transactionId}`,
        books: row,
        postings: unmatchedMovementPostings(movedMinor),
      })),
    );
    await endHold(tx, origin, row, Math.max(...own.map(({ occurredAt }) => occurredAt.getTime())));
  }
  return returns.length > 0;
}

type Receipt = { intentId: string; currency: string; leftMinor: number };

/** Ends what receipts made of a payment, once nothing is left of them. @param atMs when the last of it went back */
async function endHold(tx: Tx, origin: ChangeOrigin, row: PaymentRow, atMs: number): Promise<void> {
  if (!isHeldByReceipt(row)) return;
  const receipts = await tx.query<Receipt>(readReceipts, [row.id]);
  if (receipts.some(({ leftMinor }) => leftMinor !== 0)) return;
  const isOwn = receipts.some(({ intentId }) => intentId === row.paymentIntentId);
  const kind = isOwn ? 'RECEIPT_GIVEN_BACK' : 'OTHER_RECEIPT_GIVEN_BACK';
  const decision = decide(row, { kind, atSec: Math.floor(atMs / 1000) });
  if (decision.kind !== 'apply') return;
  const { to: status, factAtSec, factRank } = decision;
  await recordChange(tx, origin, row, {
    ...ENDS[kind],
    patch: { status, factAtSec, factRank },
    details: { because: kind },
  });
}

const ENDS: Record<
  'RECEIPT_GIVEN_BACK' | 'OTHER_RECEIPT_GIVEN_BACK',
  { action: string; events: readonly PaymentEventType[] }
> = {
  RECEIPT_GIVEN_BACK: { action: 'cancelled', events: ['payment:status_updated', 'payment:cancelled'] },
  OTHER_RECEIPT_GIVEN_BACK: { action: 'reopened', events: ['payment:status_updated'] },
};

/** The payment has been captured by an intent whose money was a receipt before: that receipt is none any more. */
export async function settleReceipt(
  tx: Tx,
  row: PaymentRow,
  { intent, atSec }: { intent: ProcessorIntent; atSec: number },
): Promise<void> {
  const receipts = await tx.query<Receipt>(readReceipts, [row.id]);
  const own = receipts.filter(({ intentId }) => intentId === intent.id);
  await postFacts(
    tx,
    own.map(({ currency, leftMinor }) => ({
      factKey: `unmatched-settled:${intent.id}`,
      books: row,
      currency,
      paymentId: row.id,
      occurredAt: new Date(atSec * 1000),
      postings: unmatchedMovementPostings(-leftMinor),
    })),
  );
}
