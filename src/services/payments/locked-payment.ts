import { lockOrdersOfPayment, readPayment } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { type Action, authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';
import { type PaymentRow, resourceOf } from './payment-row';

/** The payment with its orders locked. Null: there is none. */
export async function lockPayment(tx: Tx, paymentId: string): Promise<PaymentRow | null> {
  if (!isUuid(paymentId)) return null;
  const [, row] = await Promise.all([
    tx.query(lockOrdersOfPayment, [paymentId]),
    tx.maybeOne<PaymentRow>(readPayment, [paymentId]),
  ]);
  return row;
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
