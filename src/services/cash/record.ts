import { lockOrders, readBill } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import { payerKey } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { onceLocked, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { assertAmount, assertPayable, authorizedOrder } from '../payments/assert-payable';
import { lockPayment } from '../payments/locked-payment';
import { openPayment } from '../payments/open-payment';
import type { BillRow } from '../payments/plan';
import { readView } from '../payments/read-view';
import type { PaymentView } from '../payments/view';
import { type RecordCashInput, recordCashInput } from './schemas';
import { settleCash } from './settle-cash';

/**
 * Staff record that all that is due on an order was paid in cash, in one step. Each key records once. A guest's open
 * cash request of the order holds its amount: confirm that one instead.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, NOTHING_DUE,
 *   BALANCE_HELD, AMOUNT_MISMATCH, AMOUNT_ABOVE_MAXIMUM, IDEMPOTENCY_KEY_REUSED
 */
export async function recordCash(ctx: ServiceContext, raw: RecordCashInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(recordCashInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'cash.record');
  const operation = operationKey(ctx.actor, 'cash.record', idempotencyKey, input);
  const { ids } = await ctx.db.transaction((tx) =>
    onceLocked(
      tx,
      operation,
      () => lockBill(tx, ctx, input.orderId),
      async (bill) => {
        assertPayable(bill, undefined);
        assertAmount(bill, input.billMinor);
        const { paymentId } = await openPayment(tx, ctx, {
          payer,
          bill,
          scope: 'ORDER',
          shareMinor: null,
          tipMinor: input.tipMinor,
          method: 'CASH',
          saveCard: false,
          customerId: null,
        });
        const row = await lockPayment(tx, paymentId);
        if (!row) throw new Error(`payment ${paymentId} vanished`);
        await settleCash(tx, ctx, row, input);
        return { paymentId };
      },
    ),
  );
  ctx.wake('outbox');
  return readView(ctx, ids.paymentId);
}

async function lockBill(tx: Tx, ctx: ServiceContext, orderId: string): Promise<BillRow[]> {
  const [, bill] = await Promise.all([
    tx.query(lockOrders, [[orderId]]),
    tx.query<BillRow>(readBill, [[orderId], ctx.clock.now()]),
  ]);
  authorizedOrder(ctx.actor, 'cash.record', bill);
  return bill;
}
