import { lockOrdersOfPayment, readPayment } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { OutdatedLocksError } from '@/db/transaction-errors';
import { type Action, authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';
import { type PaymentRow, resourceOf } from './payment-row';

/** The payment with its orders locked. Null: there is none. @throws OutdatedLocksError, which repeats the transaction */
export async function lockPayment(tx: Tx, paymentId: string): Promise<PaymentRow | null> {
  if (!isUuid(paymentId)) return null;
  const [locked, row] = await Promise.all([
    tx.query<{ id: string }>(lockOrdersOfPayment, [paymentId]),
    tx.maybeOne<PaymentRow>(readPayment, [paymentId]),
  ]);
  const lockedIds = locked.map(({ id }) => id);
  if (row) assertAllLocked([row], lockedIds);
  return row;
}

/**
 * While the lock was waited for, a share may have grown into an order that it did not cover when the wait began.
 * @throws OutdatedLocksError
 */
export function assertAllLocked(rows: readonly PaymentRow[], lockedIds: readonly string[]): void {
  const missing = rows.find((row) => row.allocations.some(({ orderId }) => !lockedIds.includes(orderId)));
  if (missing) throw new OutdatedLocksError(`payment ${missing.id} covers an order that is not locked`);
}

/** The same for an actor who wants to do something with it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function lockPaymentFor(
  tx: Tx,
  ctx: ServiceContext,
  action: Action,
  paymentId: string,
): Promise<PaymentRow> {
  const row = await lockPayment(tx, paymentId);
  if (!row) throw notVisible('Payment');
  authorize(ctx.actor, action, resourceOf(row), 'Payment');
  return row;
}
