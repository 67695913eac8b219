import type { Tx } from '@/db/transaction';
import { orderGross, overCollected } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import { cardCapturePostings } from '@/domain/ledger/postings';
import { openDiscrepancy } from '../discrepancies/open';
import type { ProcessorIntent } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import { keepUnmatchedReceipt } from './keep-unmatched-receipt';
import type { PaymentRow } from './payment-row';
import { type PaymentPatch, recordChange } from './record-change';

/**
 * The intent succeeded: the payment is COMPLETED, the ledger has its capture, the orders their money, the guest a receipt.
 * An amount or currency other than asked never settles (it is kept as an unmatched receipt); money beyond the bill is
 * guest credit and a discrepancy (decision 11). A tip whose change was under way counts if it is what was paid.
 */
export async function capture(
  tx: Tx,
  ctx: FactContext,
  row: PaymentRow,
  fact: { intent: ProcessorIntent; atSec: number },
  seen: PaymentPatch,
): Promise<FactOutcome> {
  const { intent } = fact;
  const tipMinor = paidTip(row, intent);
  if (tipMinor === null) return keepUnmatchedReceipt(tx, ctx, row, fact, 'AMOUNT_MISMATCH');

  const capturedAt = new Date(fact.atSec * 1000);
  const deltas = row.allocations.map((allocation) => ({
    allocation,
    capturedMinor: allocation.subtotalMinor + allocation.taxMinor + allocation.tipMinor,
    refundedMinor: 0,
  }));
  const overCollectedMinor = deltas.reduce(
    (sum, { allocation, capturedMinor }) =>
      sum +
      overCollected({
        grossMinor: orderGross(allocation.order),
        capturedBeforeMinor: allocation.capturedMinor - allocation.refundedMinor,
        newlyCapturedMinor: capturedMinor,
      }),
    0,
  );
  const writes: Promise<unknown>[] = [
    recordChange(tx, ctx, row, {
      action: 'completed',
      patch: {
        ...seen,
        ...paidBy(row, intent),
        tipMinor,
        overCollectedMinor,
        pendingTipMinor: null,
        failureReason: null,
        failureCode: null,
        completedAt: capturedAt,
        businessDay: businessDayOf(capturedAt, row.timeZone, row.closingHour),
      },
      details: { intentId: intent.id, receivedMinor: intent.receivedMinor, overCollectedMinor },
      orderDeltas: deltas,
      receiptLinkDays: ctx.settings.receiptLinkDays,
      ledger: {
        factKey: `capture:${row.id}`,
        postings: cardCapturePostings({
          subtotalMinor: row.amountMinor,
          taxMinor: row.taxMinor,
          tipMinor,
          overCollectedMinor,
        }),
        occurredAt: capturedAt,
      },
      events: ['payment:status_updated', 'payment:completed'],
    }),
  ];
  if (overCollectedMinor > 0) {
    writes.push(
      openDiscrepancy(tx, {
        factKey: `over-collected:${row.id}`,
        restaurantId: row.restaurantId,
        type: 'DUPLICATE_PAYMENT',
        reason: 'OVER_COLLECTED',
        severity: 'HIGH',
        paymentId: row.id,
        orderId: row.orderId,
        currency: row.currency,
        expectedMinor: intent.receivedMinor - overCollectedMinor,
        actualMinor: intent.receivedMinor,
        description: 'More was collected than the bill had room for. The excess is guest credit: refund it.',
      }),
    );
  }
  await Promise.all(writes);
  return { kind: 'applied' };
}

/** The charge that took the money. What is known of another one's card goes: charge.* tells this one's (record-charge.ts). */
function paidBy(row: PaymentRow, intent: ProcessorIntent): PaymentPatch {
  if (intent.chargeId === null || intent.chargeId === row.chargeId) return {};
  const forgotten = { cardBrand: null, cardLast4: null, cardFunding: null, wallet: null };
  return { chargeId: intent.chargeId, ...(row.chargeId === null ? {} : forgotten) };
}

/** The tip that makes the payment's total what was received; null when neither the stored nor the pending one does. */
function paidTip(row: PaymentRow, intent: ProcessorIntent): number | null {
  if (intent.currency !== row.currency) return null;
  const candidates = row.pendingTipMinor === null ? [row.tipMinor] : [row.tipMinor, row.pendingTipMinor];
  return candidates.find((tip) => row.amountMinor + row.taxMinor + tip === intent.receivedMinor) ?? null;
}
