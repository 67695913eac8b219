import { dueOf } from '@/domain/payment/plan';
import type { Actor } from '../actor';
import { authorize } from '../authorize';
import { notVisible, ServiceError } from '../errors';
import { sessionClosed } from '../table-sessions/session';
import type { BillRow } from './plan';

/**
 * Refuses an order that this actor may not pay, or that takes no payment.
 * @param bill the order's row, or none where there is no such order
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, CURRENCY_MISMATCH
 */
export function assertPayableBy(actor: Actor, bill: readonly BillRow[], currency: string | undefined): void {
  authorizedOrder(actor, 'payment.create', bill);
  assertPayable(bill, currency);
}

/** The bill's order, for an actor who may do this to it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export function authorizedOrder(
  actor: Actor,
  action: 'payment.create' | 'cash.record' | 'split.create',
  [order]: readonly BillRow[],
): BillRow {
  if (!order) throw notVisible('Order');
  authorize(actor, action, order, 'Order');
  return order;
}

/**
 * Refuses a bill that takes no payment: its table session is closed, or all of its orders were cancelled.
 * @param currency what the client believes the bill is in; undefined: it did not say
 * @throws ServiceError SESSION_CLOSED, ORDER_CANCELLED, CURRENCY_MISMATCH
 */
export function assertPayable(bill: readonly BillRow[], currency: string | undefined): void {
  if (bill.length === 0) return;
  if (bill.some((order) => order.sessionClosed)) throw sessionClosed();
  if (bill.every((order) => order.cancelled))
    throw new ServiceError('ORDER_CANCELLED', 'This order was cancelled: there is nothing to pay.');
  const other = currency && bill.find((order) => order.currency !== currency.toUpperCase());
  if (other) throw new ServiceError('CURRENCY_MISMATCH', `This restaurant charges in ${other.currency}.`);
}

/**
 * Refuses an amount other than what is due. A client shows what is due before it asks: with another figure the guest
 * agreed to something else (decision 9). A paid bill passes, as planning the payment refuses it.
 * @param sentMinor undefined: the client sent none
 * @throws ServiceError AMOUNT_MISMATCH (`details.sentMinor`, `dueMinor`)
 */
export function assertAmount(bill: readonly BillRow[], sentMinor: number | undefined): void {
  const { dueMinor } = dueOf(bill);
  if (sentMinor === undefined || sentMinor === dueMinor || dueMinor === 0) return;
  throw new ServiceError(
    'AMOUNT_MISMATCH',
    'The bill has changed. Show the guest the new amount and try again.',
    { details: { sentMinor, dueMinor } },
  );
}
