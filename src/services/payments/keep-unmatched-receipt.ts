import type { Tx } from '@/db/transaction';
import { unmatchedReceiptPostings } from '@/domain/ledger/postings';
import { toMajorString } from '@/domain/money';
import { isCaptured } from '@/domain/payment/status';
import { FACT_RANK } from '@/domain/payment/transition';
import { openDiscrepancy } from '../discrepancies/open';
import { postFacts } from '../ledger/post';
import type { ProcessorIntent } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { type PaymentPatch, recordChange } from './record-change';
import { returnReceipts } from './return-receipts';

export type UnmatchedReason = 'AMOUNT_MISMATCH' | 'CURRENCY_MISMATCH' | 'ANOTHER_INTENT' | 'SECOND_MONEY';

/**
 * Money arrived that the payment cannot take: another amount or currency than asked, a second intent, or a card beside
 * cash. It is posted as an unmatched receipt and opens a discrepancy. A payment that is not captured becomes PROCESSING
 * and keeps its hold until the money went back (return-receipts.ts) or the right amount comes. The same receipt told again
 * changes nothing.
 */
export async function keepUnmatchedReceipt(
  tx: Tx,
  ctx: FactContext,
  row: PaymentRow,
  fact: { intent: ProcessorIntent; atSec: number },
  reason: UnmatchedReason,
): Promise<FactOutcome> {
  const { intent } = fact;
  const factKey = `unmatched:${intent.id}`;
  const isNew = await openDiscrepancy(tx, {
    factKey,
    restaurantId: row.restaurantId,
    type:
      reason === 'AMOUNT_MISMATCH' || reason === 'CURRENCY_MISMATCH'
        ? 'AMOUNT_MISMATCH'
        : 'DUPLICATE_PAYMENT',
    reason,
    severity: 'CRITICAL',
    paymentId: row.id,
    orderId: row.orderId,
    currency: intent.currency,
    expectedMinor: EXPECTED[reason](row),
    actualMinor: intent.receivedMinor,
    description: DESCRIPTIONS[reason](row, intent),
  });
  if (!isNew) {
    // Told again, it asks the books again: what went back may be of a time when nothing took it out of them.
    if (await returnReceipts(tx, ctx, [row.id])) return { kind: 'applied' };
    return { kind: 'ignored', reason: 'repeat: the receipt is on the work list' };
  }
  await postFacts(tx, [
    {
      factKey,
      books: row,
      currency: intent.currency,
      paymentId: row.id,
      occurredAt: new Date(fact.atSec * 1000),
      postings: unmatchedReceiptPostings({ amountMinor: intent.receivedMinor }),
    },
  ]);
  const open = !isCaptured(row.status);
  const isOwn = row.paymentIntentId === null || row.paymentIntentId === intent.id;
  await recordChange(tx, ctx, row, {
    action: 'unmatched_receipt',
    patch: {
      ...(open && { status: 'PROCESSING', factAtSec: fact.atSec, factRank: FACT_RANK.INTENT_SUCCEEDED }),
      ...(open && isOwn && attached(row, intent)),
    },
    details: { intentId: intent.id, reason, receivedMinor: intent.receivedMinor, currency: intent.currency },
    events: open && row.status !== 'PROCESSING' ? ['payment:status_updated'] : [],
  });
  await returnReceipts(tx, ctx, [row.id]);
  return { kind: 'applied' };
}

function attached(row: PaymentRow, intent: ProcessorIntent): PaymentPatch {
  return {
    paymentIntentId: intent.id,
    transactionId: intent.id,
    clientSecret: row.clientSecret ?? intent.clientSecret,
    creationState: 'CREATED',
  };
}

/** In the currency that came. Null where another currency was asked, as the two amounts cannot be compared. */
const EXPECTED: Record<UnmatchedReason, (row: PaymentRow) => number | null> = {
  AMOUNT_MISMATCH: (row) => row.totalMinor,
  CURRENCY_MISMATCH: () => null,
  ANOTHER_INTENT: () => 0,
  SECOND_MONEY: () => 0,
};

const DESCRIPTIONS: Record<UnmatchedReason, (row: PaymentRow, intent: ProcessorIntent) => string> = {
  AMOUNT_MISMATCH: () =>
    'The processor took another amount than was asked. Compare both, then refund or correct.',
  CURRENCY_MISMATCH: (row, intent) =>
    `Asked for ${toMajorString(row.totalMinor, row.currency)} ${row.currency}, took ${toMajorString(intent.receivedMinor, intent.currency)} ${intent.currency}. Refund it.`,
  ANOTHER_INTENT: () => 'A second intent of this payment took money. Refund it.',
  SECOND_MONEY: () => 'The card was charged for a payment that was settled otherwise. Refund the card.',
};
