import { findOpenPayment, lockOrders, readBill } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { authorizedOrder } from './assert-payable';
import type { OpenRow, OwnPayment } from './own-payments';
import type { BillRow } from './plan';

/** What an order has to pay, and what its payer has already begun. */
export interface BillOfPayer {
  bill: BillRow[];
  open: (OpenRow & Pick<OwnPayment, 'partsMinor'>) | null;
}

/**
 * Locks the order and reads, for an actor who may pay it; of a repeat too. Sent together: what follows the lock sees what is
 * true once it is held. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function lockBillOf(
  tx: Tx,
  ctx: ServiceContext,
  payer: string,
  orderId: string,
): Promise<BillOfPayer> {
  const [, bill, open] = await Promise.all([
    tx.query(lockOrders, [[orderId]]),
    tx.query<BillRow>(readBill, [[orderId], ctx.clock.now()]),
    tx.maybeOne<NonNullable<BillOfPayer['open']>>(findOpenPayment, [payer, [orderId]]),
  ]);
  authorizedOrder(ctx.actor, 'payment.create', bill);
  return { bill, open };
}
