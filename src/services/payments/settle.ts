import type { Tx } from '@/db/transaction';
import { orderGross, overCollected } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import { cardCapturePostings, cashCapturePostings } from '@/domain/ledger/postings';
import { openDiscrepancy } from '../discrepancies/open';
import { tellPayer } from '../notifications';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { type PaymentChange, type PaymentPatch, recordChange } from './record-change';

/**
 * The money of a payment is here, by card or in the drawer: it is COMPLETED, the ledger has its capture, the orders their
 * money, the guest a receipt. What is beyond the bill is guest credit and a discrepancy (decision 11).
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
  const totalMinor = row.amountMinor + row.taxMinor + tipMinor;
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
    overCollectedMinor > 0 ? noteExcess(tx, row, { totalMinor, overCollectedMinor }) : null,
    tellPayer(tx, row, { kind: 'PAYMENT_COMPLETED', factKey: `completed:${row.id}` }),
  ]);
  return settled;
}

function noteExcess(
  tx: Tx,
  row: PaymentRow,
  money: { totalMinor: number; overCollectedMinor: number },
): Promise<boolean> {
  return openDiscrepancy(tx, {
    factKey: `over-collected:${row.id}`,
    restaurantId: row.restaurantId,
    type: 'DUPLICATE_PAYMENT',
    reason: 'OVER_COLLECTED',
    severity: 'HIGH',
    paymentId: row.id,
    orderId: row.orderId,
    currency: row.currency,
    expectedMinor: money.totalMinor - money.overCollectedMinor,
    actualMinor: money.totalMinor,
    description: 'More was collected than the bill had room for. The excess is guest credit: refund it.',
  });
}
