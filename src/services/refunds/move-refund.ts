import { addRefunded, adjustOrders, readAdjustments, setRefundCredit } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { refundFailedPostings, refundPostings } from '@/domain/ledger/postings';
import { decide, refundStatus } from '@/domain/payment/transition';
import type { MoneyParts } from '@/domain/refund';
import { type RefundEffect, refundEffect, refundUndone } from '@/domain/refund-effect';
import { partsOf } from '@/domain/refund-parts';
import { newId } from '../ids';
import { tellPayer } from '../notifications';
import { allocatedMinor } from '../payments/allocated';
import type { ChangeOrigin } from '../payments/fact-context';
import { noteOverCollected } from '../payments/note-over-collected';
import type { Allocation, PaymentRow } from '../payments/payment-row';
import { type PaymentChange, recordChange } from '../payments/record-change';
import { followFailed } from './follow-failed';
import type { RefundRow } from './refund-row';

/**
 * Money goes back (sign 1), or stays after all (sign -1): payment, orders, their bills, ledger and events follow. Under
 * the lock of the payment's orders.
 */
export async function moveRefund(
  tx: Tx,
  ctx: ChangeOrigin,
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
  const effects = await effectsOf(tx, payment, row, sign);
  const guestCreditMinor = effects.reduce((sum, { effect }) => sum + effect.creditMinor, 0);
  const parts = { method, ...partsOf([row]), guestCreditMinor };
  await tx.query(addRefunded, [
    payment.id,
    sign * row.refundMinor,
    sign * row.tipMinor,
    perOrder.map(([orderId]) => orderId),
    perOrder.map(([, back]) => sign * allocatedMinor(back)),
    perOrder.map(([, back]) => sign * back.taxMinor),
    perOrder.map(([, back]) => sign * back.tipMinor),
  ]);
  if (sign === 1 && guestCreditMinor > 0) await tx.query(setRefundCredit, [row.id, guestCreditMinor]);
  await adjustBills(tx, row.id, effects);
  await recordChange(tx, ctx, payment, {
    action: sign === 1 ? 'refunded' : 'refund_failed',
    patch: decision.kind === 'apply' ? { status: decision.to } : {},
    details: { ...fact.details, refundMinor: row.refundMinor },
    orderDeltas: effects.map(({ allocation, effect }) => ({
      allocation: {
        ...allocation,
        order: { ...allocation.order, adjustmentMinor: effect.adjustmentMinor },
      },
      capturedMinor: 0,
      refundedMinor: sign * allocatedMinor(backOf(row, allocation.orderId)),
    })),
    ledger: {
      factKey: sign === 1 ? `refund:${row.id}` : `refund-failed:${row.id}`,
      postings: sign === 1 ? refundPostings(parts) : refundFailedPostings(parts),
      occurredAt: fact.at,
    },
    events: sign === 1 ? ['payment:status_updated', 'payment:refunded'] : ['payment:status_updated'],
    refund: { refundId: row.id, refundMinor: sign * row.refundMinor, refundedMinor },
  });
  if (sign === -1 && guestCreditMinor > 0)
    await noteOverCollected(tx, payment, {
      factKey: `over-collected:refund-failed:${row.id}`,
      orderIds: effects
        .filter(({ effect }) => effect.creditMinor > 0)
        .map(({ allocation }) => allocation.orderId),
      keptMinor: payment.totalMinor - refundedMinor,
      excessMinor: guestCreditMinor,
      description:
        'A refund failed, and the bill has no room for what stays. The excess is guest credit: refund it.',
    });
  if (sign === -1)
    await followFailed(tx, ctx, payment, { refundId: row.id, isAwaited: false, guestCreditMinor });
  if (sign === 1)
    await tellPayer(tx, payment, {
      kind: 'PAYMENT_REFUNDED',
      factKey: `refunded:${row.id}`,
      details: { refundId: row.id, amountMinor: row.refundMinor, currency: payment.currency },
    });
}

type OrderEffect = { allocation: Allocation; effect: RefundEffect };

/** What the refund does to each order that the payment covers, by how the order stands now. */
async function effectsOf(tx: Tx, payment: PaymentRow, row: RefundRow, sign: 1 | -1): Promise<OrderEffect[]> {
  const taken =
    sign === -1 && row.reducesBill
      ? await tx.query<MoneyParts & { orderId: string }>(readAdjustments, [row.id])
      : [];
  return payment.allocations.map((allocation) => {
    const order = {
      order: allocation.order,
      keptMinor: allocation.capturedMinor - allocation.refundedMinor,
      back: backOf(row, allocation.orderId),
    };
    const off = taken.find((t) => t.orderId === allocation.orderId) ?? NOTHING;
    return {
      allocation,
      effect: sign === 1 ? refundEffect(order, row.reducesBill) : refundUndone(order, off),
    };
  });
}

async function adjustBills(tx: Tx, refundId: string, effects: readonly OrderEffect[]): Promise<void> {
  const changed = effects.filter(({ effect }) =>
    Object.values(effect.adjustment).some((minor) => minor !== 0),
  );
  if (changed.length === 0) return;
  await tx.query(adjustOrders, [
    refundId,
    changed.map(() => newId()),
    changed.map(({ allocation }) => allocation.orderId),
    changed.map(({ effect }) => effect.adjustment.subtotalMinor),
    changed.map(({ effect }) => effect.adjustment.taxMinor),
    changed.map(({ effect }) => effect.adjustment.tipMinor),
  ]);
}

const NOTHING: MoneyParts = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };

function backOf(row: RefundRow, orderId: string): MoneyParts {
  return row.orderAmounts[orderId] ?? NOTHING;
}

const FACTS = {
  COMPLETED: 'REFUND_UNDONE',
  PARTIALLY_REFUNDED: 'REFUNDED_PART',
  REFUNDED: 'REFUNDED_FULL',
} as const;
