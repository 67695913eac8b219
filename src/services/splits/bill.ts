import { lockOrders, readBill } from '@/db/sql/bill';
import { lockOrdersOfSession } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { assertPayable } from '../payments/assert-payable';
import type { BillRow } from '../payments/plan';
import { wantedOrders } from '../table-sessions/pay';
import { readSessionFor, sessionClosed } from '../table-sessions/session';

/** Which bill: an order's, or a table session's (all of its orders, or those named). */
export type BillOf = { orderId: string } | { tableSessionId: string; orderIds?: string[] | undefined };

export interface LockedBill {
  rows: BillRow[];
  scope: 'ORDER' | 'TABLE_SESSION';
}

/**
 * Locks a bill for somebody who wants to divide it.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, CURRENCY_MISMATCH
 */
export async function lockBill(
  tx: Tx,
  ctx: ServiceContext,
  input: BillOf & { currency?: string | undefined },
): Promise<LockedBill> {
  const scope = 'orderId' in input ? 'ORDER' : 'TABLE_SESSION';
  const rows = 'orderId' in input ? await ofOrder(tx, ctx, input.orderId) : await ofTable(tx, ctx, input);
  assertPayable(rows, input.currency);
  return { rows, scope };
}

/** What the orders of a locked bill owe and have held by now. */
export function readAgain(tx: Tx, ctx: ServiceContext, bill: LockedBill): Promise<BillRow[]> {
  return tx.query<BillRow>(readBill, [bill.rows.map((row) => row.orderId), ctx.clock.now()]);
}

async function ofOrder(tx: Tx, ctx: ServiceContext, orderId: string): Promise<BillRow[]> {
  await tx.query(lockOrders, [[orderId]]);
  const rows = await tx.query<BillRow>(readBill, [[orderId], ctx.clock.now()]);
  if (!rows[0]) throw notVisible('Order');
  authorize(ctx.actor, 'split.create', rows[0], 'Order');
  return rows;
}

async function ofTable(
  tx: Tx,
  ctx: ServiceContext,
  { tableSessionId, orderIds }: { tableSessionId: string; orderIds?: string[] | undefined },
): Promise<BillRow[]> {
  const locked = await tx.query<{ id: string }>(lockOrdersOfSession, [tableSessionId]);
  const session = await readSessionFor(tx, ctx, 'split.create', tableSessionId);
  if (session.isOver) throw sessionClosed();
  return tx.query<BillRow>(readBill, [wantedOrders(locked, orderIds), ctx.clock.now()]);
}
