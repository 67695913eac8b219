import { findRefundUnderWay, resolveDiscrepancy } from '@/db/sql/reconciliation-discrepancies';
import { readRefunds } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { orderExcess } from '@/domain/bill';
import { assertCurrency, toMajorString } from '@/domain/money';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import type { OperationKey } from '../idempotency';
import { allocatedMinor } from '../payments/allocated';
import { lockPaymentFor } from '../payments/locked-payment';
import type { PaymentRow } from '../payments/payment-row';
import { carryOut } from '../refunds/create';
import { openRefund } from '../refunds/open';
import type { RefundRow } from '../refunds/refund-row';
import { actInTransaction, assertOpen } from './act-on-discrepancy';

/**
 * Refunds money of the payment and closes the discrepancy in the transaction that stores the refund: whoever comes second, or
 * after a crash, finds it closed. A refund that fails opens it again (discrepancies/reopen-corrected.ts). The orders are locked
 * first, the discrepancy after them.
 * @throws ServiceError DISCREPANCY_RESOLVED, NOT_CORRECTABLE (`details.excessMinor`), and as createRefund does
 */
export async function correctByRefund(
  ctx: ServiceContext,
  operation: OperationKey,
  input: { discrepancyId: string; reason: string; paymentId: string; amountMinor: number | undefined },
): Promise<void> {
  const { paymentId, reason, amountMinor } = input;
  const wanted = { paymentId, reason, amountMinor, reduceBill: false };
  const { payment, acted } = await ctx.db.transaction(async (tx) => {
    const payment = await lockPaymentFor(tx, ctx, 'refund.create', paymentId);
    const acted = await actInTransaction(tx, ctx, operation, input, async (_tx, row) => {
      assertOpen(row);
      const open = () => openRefund(tx, ctx, payment, wanted);
      const { refundId } = await (row.reason === 'OVER_COLLECTED' ? withinExcess(tx, payment, open) : open());
      await tx.query(resolveDiscrepancy, [row.id, 'CORRECTED', actorLabel(ctx.actor), ctx.clock.now()]);
      return { action: 'CORRECTED', details: { by: 'REFUND', refundId } };
    });
    return { payment, acted };
  });
  await carryOut(ctx, {
    refundId: String(acted.ids.refundId),
    paymentId,
    isCash: payment.provider === 'CASH',
    isFirst: acted.isFirst,
  });
}

/**
 * Over-collected money also goes back by itself (ADR 37), by another case of the same order, or by a plain refund. So a refund of
 * it waits for the one that is under way, and gives no more of the bill back than is too much by now.
 */
async function withinExcess(
  tx: Tx,
  payment: PaymentRow,
  open: () => Promise<{ refundId: string }>,
): Promise<{ refundId: string }> {
  if ((await tx.maybeOne(findRefundUnderWay, [payment.id])) !== null)
    throw new ServiceError(
      'NOT_CORRECTABLE',
      'A refund of this order is under way. Look again when it is done: it may be this money.',
    );
  const opened = await open();
  const refunds = await tx.query<RefundRow>(readRefunds, [payment.id]);
  const stored = refunds.find(({ id }) => id === opened.refundId);
  const orders = payment.allocations.map((part) => ({
    backMinor: allocatedMinor(stored?.orderAmounts[part.orderId] ?? NOTHING),
    excessMinor: orderExcess(part.order, part.capturedMinor - part.refundedMinor),
  }));
  // Order by order: what one gives back beyond its own excess would be due again, though it was paid.
  if (orders.every(({ backMinor, excessMinor }) => backMinor <= excessMinor)) return opened;
  const excessMinor = orders.reduce((sum, one) => sum + one.excessMinor, 0);
  const excess = toMajorString(excessMinor, assertCurrency(payment.currency));
  throw new ServiceError(
    'NOT_CORRECTABLE',
    `Of the bill, ${excess} ${payment.currency} are too much by now, and a refund is spread over all orders of the payment. More than an order has too much is a refund of the payment itself.`,
    { details: { excessMinor } },
  );
}

const NOTHING = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };
