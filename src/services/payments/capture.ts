import { readPayment } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { totalWithTip } from '@/domain/payment/total';
import { isHeldByReceipt } from '@/domain/payment/transition';
import type { ProcessorIntent } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import { keepUnmatchedReceipt } from './keep-unmatched-receipt';
import type { PaymentRow } from './payment-row';
import type { PaymentPatch } from './record-change';
import { settleReceipt } from './return-receipts';
import { settlePayment } from './settle';
import { takeShape } from './settle-pending-share';

/**
 * The intent succeeded: the payment is settled with what was received. An amount or currency other than asked never
 * settles: it is kept as an unmatched receipt. A tip or a share whose change was under way counts if it is what was
 * paid.
 */
export async function capture(
  tx: Tx,
  ctx: FactContext,
  row: PaymentRow,
  fact: { intent: ProcessorIntent; atSec: number },
  seen: PaymentPatch,
): Promise<FactOutcome> {
  const { intent } = fact;
  if (intent.currency === row.currency && row.pendingShare !== null) {
    await takeShape(tx, ctx, row, intent.receivedMinor);
    return capture(tx, ctx, await tx.one<PaymentRow>(readPayment, [row.id]), fact, seen);
  }
  if (intent.currency !== row.currency) return keepUnmatchedReceipt(tx, ctx, row, fact, 'CURRENCY_MISMATCH');
  const tipMinor = paidTip(row, intent);
  if (tipMinor === null) return keepUnmatchedReceipt(tx, ctx, row, fact, 'AMOUNT_MISMATCH');
  if (isHeldByReceipt(row)) await settleReceipt(tx, row, fact);
  await settlePayment(tx, ctx, row, {
    by: 'CARD',
    at: new Date(fact.atSec * 1000),
    tipMinor,
    patch: { ...seen, ...paidBy(row, intent) },
    details: { intentId: intent.id, receivedMinor: intent.receivedMinor },
  });
  return { kind: 'applied' };
}

/**
 * The charge that took the money. Card details of another charge are cleared: charge.* tells this one's
 * (record-charge.ts).
 */
function paidBy(row: PaymentRow, intent: ProcessorIntent): PaymentPatch {
  if (intent.chargeId === null || intent.chargeId === row.chargeId) return {};
  const forgotten = { cardBrand: null, cardLast4: null, cardFunding: null, wallet: null };
  return { chargeId: intent.chargeId, ...(row.chargeId === null ? {} : forgotten) };
}

/** The tip that makes the payment's total what was received; null when neither the stored nor the pending one does. */
function paidTip(row: PaymentRow, intent: ProcessorIntent): number | null {
  const candidates = row.pendingTipMinor === null ? [row.tipMinor] : [row.tipMinor, row.pendingTipMinor];
  return candidates.find((tip) => totalWithTip(row, tip) === intent.receivedMinor) ?? null;
}
