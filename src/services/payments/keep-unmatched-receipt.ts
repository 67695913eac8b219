import { insertLedgerEntry } from '@/db/sql/ledger';
import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import { unmatchedReceiptPostings } from '@/domain/ledger/postings';
import { isCaptured } from '@/domain/payment/status';
import { FACT_RANK } from '@/domain/payment/transition';
import { openDiscrepancy } from '../discrepancies/open';
import { newId } from '../ids';
import type { ProcessorIntent } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { type PaymentPatch, recordChange } from './record-change';

export type UnmatchedReason = 'AMOUNT_MISMATCH' | 'CURRENCY_MISMATCH' | 'ANOTHER_INTENT' | 'SECOND_MONEY';

/**
 * Money arrived that the payment cannot take: another amount or currency than asked, a second intent, or a card beside
 * cash. It never settles silently: it is booked as an unmatched receipt and put on the work list. A payment that is not
 * captured becomes PROCESSING and keeps its hold until a person decides or the right amount comes. Told again, it
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
  const isNew = await openDiscrepancy(tx, {
    factKey: `unmatched:${intent.id}`,
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
  if (!isNew) return { kind: 'ignored', reason: 'repeat: the receipt is on the work list' };
  const occurredAt = new Date(fact.atSec * 1000);
  const postings = unmatchedReceiptPostings({ amountMinor: intent.receivedMinor });
  await tx.query(insertLedgerEntry, [
    newId(),
    `unmatched:${intent.id}`,
    row.restaurantId,
    intent.currency,
    row.id,
    businessDayOf(occurredAt, row.timeZone, row.closingHour),
    occurredAt,
    postings.map((p) => p.account),
    postings.map((p) => p.amountMinor),
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
  return { kind: 'applied' };
}

/**
 * Money that a person must place lies beside the payment: only a success may still change it, or the same facts would
 * end differently in another order of arrival. PROCESSING with the rank of a success means nothing else.
 */
export function hasUnmatchedReceipt(row: PaymentRow): boolean {
  return row.status === 'PROCESSING' && row.factRank === FACT_RANK.INTENT_SUCCEEDED;
}

function attached(row: PaymentRow, intent: ProcessorIntent): PaymentPatch {
  return {
    paymentIntentId: intent.id,
    transactionId: intent.id,
    clientSecret: row.clientSecret ?? intent.clientSecret,
    creationState: 'CREATED',
  };
}

/** In the currency of what came: what was asked in another one is not an amount of it. */
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
    `Asked for ${row.totalMinor} minor units of ${row.currency}, took ${intent.receivedMinor} of ${intent.currency}. Refund it.`,
  ANOTHER_INTENT: () => 'A second intent of this payment took money. Refund it.',
  SECOND_MONEY: () => 'The card was charged for a payment that was settled otherwise. Refund the card.',
};
