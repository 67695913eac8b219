import { findOverCollected } from '@/db/sql/over-collected';
import { readRefunds } from '@/db/sql/refunds';
import { excessRefund } from '@/domain/refund-amount';
import type { Deps, ServiceContext } from '../context';
import { lockPayment } from '../payments/locked-payment';
import { openRefund } from '../refunds/open';
import type { RefundRow } from '../refunds/refund-row';
import { sendRefund } from '../refunds/send';
import { systemContext } from '../system-context';
import { inTurn } from './in-turn';

/**
 * Gives money back that orders have received beyond their bills (decision 11, docs/adr/0037-automatic-refunds.md). What no rule
 * decides stays on the work list: db/sql/over-collected.ts says what that is. Safe on every node at once: the excess is read
 * again under the order's lock, and a refund under way ends the order's turn.
 * @param options.afterSec how long the case must have been on the work list
 * @returns how many orders were looked at
 */
export async function refundOverCollected(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal },
): Promise<number> {
  const ctx = systemContext(deps, 'over-collected');
  const found = await ctx.db.query<OverCollected>(findOverCollected, [limit, afterSec, null]);
  await inTurn(found, {
    signal,
    work: (order) => giveBack(ctx, order, afterSec),
    onError: ({ orderId }, error) =>
      ctx.log.warn({ orderId, error: String(error) }, 'over-collected money not refunded yet'),
    // Nothing was taken: whoever looks next finds them.
    handBack: async () => undefined,
  });
  return found.length;
}

type OverCollected = { orderId: string; paymentId: string; excessMinor: number };

async function giveBack(
  ctx: ServiceContext,
  { orderId, paymentId }: OverCollected,
  afterSec: number,
): Promise<void> {
  const refundId = await ctx.db.transaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId);
    const order = await tx.maybeOne<OverCollected>(findOverCollected, [1, afterSec, orderId]);
    if (!payment || order?.paymentId !== paymentId) return null;
    const refunds = await tx.query<RefundRow>(readRefunds, [paymentId]);
    const { amountMinor: subtotalMinor, taxMinor, currency } = payment;
    const refundMinor = excessRefund({ subtotalMinor, taxMinor, currency }, refunds, order.excessMinor);
    if (refundMinor === 0) return null;
    const refund = await openRefund(tx, ctx, payment, {
      paymentId,
      amountMinor: refundMinor,
      tipRefundMinor: 0,
      reduceBill: false,
      reason: 'More was collected than the bill asked for',
    });
    return refund.refundId;
  });
  if (refundId === null) return;
  await ctx.checkpoint('refund.after-first-transaction');
  await sendRefund(ctx, refundId, paymentId);
}
