import type { Tx } from '@/db/transaction';
import { orderGross, overCollected } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import { cardCapturePostings, cashCapturePostings } from '@/domain/ledger/postings';
import { totalWithTip } from '@/domain/payment/total';
import { tellPayer } from '../notifications';
import type { FactContext } from './fact-context';
import { noteOverCollected } from './note-over-collected';
import type { PaymentRow } from './payment-row';
import { type PaymentChange, type PaymentPatch, recordChange } from './record-change';

/**
 * Completes a payment whose money has arrived, by card or in the drawer: status, ledger capture, the orders' captured
 * sums, the guest's receipt. An amount beyond the bill becomes guest credit and a discrepancy (decision 11).
 * @param money.patch what the fact itself changes: status, fact columns, what is known of card or cash
 * @returns the payment as it is now
 */
export async function settlePayment(
  tx: Tx,
  ctx: FactContext,
  row: PaymentRow,
  money: {
    by: 'CARD' | 'CASH';
    at: Date;
    tipMinor: number;
    patch: PaymentPatch;
    details: NonNullable<PaymentChange['details']>;
  },
): Promise<PaymentRow> {
  const { tipMinor } = money;
  const totalMinor = totalWithTip(row, tipMinor);
  const deltas = row.allocations.map((allocation) => ({
    allocation,
    capturedMinor: allocation.subtotalMinor + allocation.taxMinor + allocation.tipMinor,
    refundedMinor: 0,
  }));
  const excesses = deltas.map(({ allocation, capturedMinor }) => ({
    orderId: allocation.orderId,
    minor: overCollected({
      grossMinor: orderGross(allocation.order),
      capturedBeforeMinor: allocation.capturedMinor - allocation.refundedMinor,
      newlyCapturedMinor: capturedMinor,
    }),
  }));
  const overCollectedMinor = excesses.reduce((sum, { minor }) => sum + minor, 0);
  const parts = { subtotalMinor: row.amountMinor, taxMinor: row.taxMinor, tipMinor, overCollectedMinor };
  const [settled] = await Promise.all([
    recordChange(tx, ctx, row, {
      action: 'completed',
      patch: {
        ...money.patch,
        tipMinor,
        overCollectedMinor,
        pendingTipMinor: null,
        failureReason: null,
        failureCode: null,
        completedAt: money.at,
        businessDay: businessDayOf(money.at, row.timeZone, row.closingHour),
      },
      details: { ...money.details, overCollectedMinor },
      orderDeltas: deltas,
      receiptLinkDays: ctx.settings.receiptLinkDays,
      ledger: {
        factKey: `capture:${row.id}`,
        postings: money.by === 'CARD' ? cardCapturePostings(parts) : cashCapturePostings(parts),
        occurredAt: money.at,
      },
      events: ['payment:status_updated', 'payment:completed'],
    }),
    overCollectedMinor > 0
      ? noteOverCollected(tx, row, {
          factKey: `over-collected:${row.id}`,
          orderIds: excesses.filter(({ minor }) => minor > 0).map(({ orderId }) => orderId),
          keptMinor: totalMinor,
          excessMinor: overCollectedMinor,
          description:
            'More was collected than the bill had room for. The excess is guest credit: refund it.',
        })
      : null,
    tellPayer(tx, row, { kind: 'PAYMENT_COMPLETED', factKey: `completed:${row.id}` }),
  ]);
  return settled;
}
