import { addRefunded } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { refundFailedPostings, refundPostings } from '@/domain/ledger/postings';
import { decide, refundStatus } from '@/domain/payment/transition';
import { allocatedMinor } from '../payments/allocated';
import type { FactContext } from '../payments/fact-context';
import type { PaymentRow } from '../payments/payment-row';
import { type PaymentChange, recordChange } from '../payments/record-change';
import { partsOf, type RefundRow } from './refund-row';

/**
 * Money goes back (sign 1), or stays after all (sign -1): payment, orders, ledger and events follow. Under the lock of the
 * payment's orders.
 */
export async function moveRefund(
  tx: Tx,
  ctx: Omit<FactContext, 'settings'>,
  payment: PaymentRow,
  row: RefundRow,
  fact: { at: Date; sign: 1 | -1; details: NonNullable<PaymentChange['details']> },
): Promise<void> {
  const { sign } = fact;
  const refundedMinor = payment.refundedMinor + sign * row.refundMinor;
  const status = refundStatus({ capturedMinor: payment.totalMinor, refundedMinor });
  const decision = decide(payment, { kind: FACTS[status], atSec: Math.floor(fact.at.getTime() / 1000) });
  const perOrder = Object.entries(row.orderAmounts);
  const method: 'CARD' | 'CASH' = payment.provider === 'CASH' ? 'CASH' : 'CARD';
  const parts = { method, ...partsOf([row]), guestCreditMinor: row.guestCreditMinor };
  await tx.query(addRefunded, [
    payment.id,
    sign * row.refundMinor,
    sign * row.tipMinor,
    perOrder.map(([orderId]) => orderId),
    perOrder.map(([, back]) => sign * allocatedMinor(back)),
    perOrder.map(([, back]) => sign * back.taxMinor),
    perOrder.map(([, back]) => sign * back.tipMinor),
  ]);
  await recordChange(tx, ctx, payment, {
    action: sign === 1 ? 'refunded' : 'refund_failed',
    patch: decision.kind === 'apply' ? { status: decision.to } : {},
    details: { ...fact.details, refundMinor: row.refundMinor },
    orderDeltas: payment.allocations.map((allocation) => ({
      allocation,
      capturedMinor: 0,
      refundedMinor: sign * backOf(row, allocation.orderId),
    })),
    ledger: {
      factKey: sign === 1 ? `refund:${row.id}` : `refund-failed:${row.id}`,
      postings: sign === 1 ? refundPostings(parts) : refundFailedPostings(parts),
      occurredAt: fact.at,
    },
    events: sign === 1 ? ['payment:status_updated', 'payment:refunded'] : ['payment:status_updated'],
  });
}

function backOf(row: RefundRow, orderId: string): number {
  const back = row.orderAmounts[orderId];
  return back ? allocatedMinor(back) : 0;
}

const FACTS = {
  COMPLETED: 'REFUND_UNDONE',
  PARTIALLY_REFUNDED: 'REFUNDED_PART',
  REFUNDED: 'REFUNDED_FULL',
} as const;
