import { readDiscrepancyOfFact } from '@/db/sql/discrepancies';
import { readRefunds, updateRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { toMajorString } from '@/domain/money';
import { isCaptured } from '@/domain/payment/status';
import { refundable } from '@/domain/refund';
import { openDiscrepancy } from '../discrepancies/open';
import { newId } from '../ids';
import type { FactOutcome } from '../payments/apply-intent';
import type { FactContext } from '../payments/fact-context';
import type { PaymentRow } from '../payments/payment-row';
import { findPaymentOfIntent, missingOrForeign } from '../payments/payments-of-intent';
import type { ProcessorRefund } from '../ports';
import { recordFailed } from './follow-failed';
import { moveRefund } from './move-refund';
import type { RefundRow } from './refund-row';
import { storeRefund } from './store-refund';

/**
 * Applies what the processor says about a refund, in any order and as often as it comes: PROCESSING -> COMPLETED or FAILED,
 * and COMPLETED -> FAILED when it fails later. FAILED is final: a late "succeeded" is stale. A refund made in the
 * processor's dashboard has no row yet and gets one.
 */
export async function applyRefundFact(
  tx: Tx,
  ctx: FactContext,
  fact: { refund: ProcessorRefund; at: Date },
): Promise<FactOutcome> {
  const { refund } = fact;
  const { row: payment, outcome } = await findPaymentOfIntent(tx, refund.intentId, refund.metadata.paymentId);
  // Of money that no payment took: its balance transactions take it out of the books (payments/return-receipts.ts).
  const isPaidByCard = payment !== null && isCaptured(payment.status) && payment.provider !== 'CASH';
  if (!isPaidByCard && (await hasUnmatchedReceipt(tx, refund.intentId)))
    return { kind: 'ignored', reason: 'the money is an unmatched receipt on the work list' };
  if (!payment) return outcome ?? missingOrForeign(refund.intentId, refund.metadata.paymentId);
  // A refund before its capture: the capture's own event is on its way and wakes nobody, so it is looked at again.
  if (!isCaptured(payment.status)) return { kind: 'waiting', for: payment.id };

  const row = await rowOf(tx, payment, refund);
  if (row === null) return { kind: 'applied' };
  const to = STATUS[refund.status];
  if (row.status === 'FAILED' || row.status === to || (row.status === 'COMPLETED' && to === 'PROCESSING')) {
    if (row.processorRefundId === null) await tx.query(updateRefund, [row.id, row.status, refund.id, null]);
    return { kind: 'ignored', reason: `stale: the refund is ${row.status}` };
  }
  await tx.query(updateRefund, [row.id, to, refund.id, to === 'FAILED' ? refund.failureReason : null]);
  if (row.status === 'PROCESSING' && to === 'FAILED') {
    await recordFailed(tx, ctx, payment, {
      refundId: row.id,
      details: idsOf(row, refund),
      isAwaited: false,
    });
    return { kind: 'applied' };
  }
  await moveRefund(tx, ctx, payment, row, {
    at: fact.at,
    sign: to === 'COMPLETED' ? 1 : -1,
    details: idsOf(row, refund),
  });
  return { kind: 'applied' };
}

/** Whether money of the intent came that fits no payment. */
async function hasUnmatchedReceipt(tx: Tx, intentId: string | null): Promise<boolean> {
  if (intentId === null) return false;
  return (await tx.maybeOne(readDiscrepancyOfFact, [`unmatched:${intentId}`])) !== null;
}

const STATUS: Record<ProcessorRefund['status'], RefundRow['status']> = {
  pending: 'PROCESSING',
  requires_action: 'PROCESSING',
  succeeded: 'COMPLETED',
  failed: 'FAILED',
  canceled: 'FAILED',
};

/** Our row of the refund; one is stored for a dashboard refund. Null: it exceeds the payment and is on the work list. */
async function rowOf(tx: Tx, payment: PaymentRow, refund: ProcessorRefund): Promise<RefundRow | null> {
  const rows = await tx.query<RefundRow>(readRefunds, [payment.id]);
  const known =
    rows.find((r) => r.processorRefundId === refund.id) ??
    rows.find((r) => r.id === refund.metadata.refundId);
  if (known) return known;
  // The processor never gives back more than it took: what has no room beside a refund of ours that it has not made yet, it
  // will refuse to ours.
  const made = rows.filter((r) => r.processorRefundId !== null);
  const earlier = [rows, made].find((counted) => refund.amountMinor <= leftAfter(payment, counted));
  const isOwnCurrency = refund.currency === payment.currency;
  if (!earlier || !isOwnCurrency) {
    await openDiscrepancy(tx, {
      factKey: `refund:${refund.id}`,
      restaurantId: payment.restaurantId,
      type: 'AMOUNT_MISMATCH',
      reason: isOwnCurrency ? 'REFUND_EXCEEDS_PAYMENT' : 'CURRENCY_MISMATCH',
      severity: 'CRITICAL',
      paymentId: payment.id,
      orderId: payment.orderId,
      currency: refund.currency,
      expectedMinor: isOwnCurrency ? leftAfter(payment, made) : null,
      actualMinor: refund.amountMinor,
      description: isOwnCurrency
        ? 'A refund at the processor is more than what is left of the payment. Compare both.'
        : `A refund at the processor gave ${toMajorString(refund.amountMinor, refund.currency)} ${refund.currency} back, but the payment is in ${payment.currency}. Compare both.`,
    });
    return null;
  }
  const refundId = newId();
  await storeRefund(tx, payment, earlier, {
    refundId,
    refundMinor: refund.amountMinor,
    tipRefundMinor: undefined,
    reducesBill: false,
    reason: 'Refunded at the processor',
    processorRefundId: refund.id,
    requestedBy: null,
  });
  const stored = await tx.query<RefundRow>(readRefunds, [payment.id]);
  return stored.find((r) => r.id === refundId) ?? null;
}

/** What these refunds leave of the payment. */
function leftAfter(payment: PaymentRow, refunds: readonly RefundRow[]): number {
  return refundable({
    capturedMinor: payment.totalMinor,
    refunds: refunds.map((r) => ({ amountMinor: r.refundMinor, status: r.status })),
  });
}

function idsOf(row: RefundRow, refund: ProcessorRefund) {
  return { refundId: row.id, processorRefundId: refund.id };
}
