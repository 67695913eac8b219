import { lockOrders, readBill } from '@/db/sql/bill';
import { lockOrdersOfSession } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { assertPayable, authorizedOrder } from '../payments/assert-payable';
import type { BillRow } from '../payments/plan';
import { wantedOrders } from '../table-sessions/pay';
import { readSessionFor, sessionClosed } from '../table-sessions/session';

/** Which bill: an order's, or a table session's (all of its orders, or those named). */
export type BillOf = { orderId: string } | { tableSessionId: string; orderIds?: string[] | undefined };

export interface LockedBill {
  rows: BillRow[];
  scope: 'ORDER' | 'TABLE_SESSION';
  /** The table whose bill it is takes no payment any more. */
  isOver: boolean;
}

/** Locks a bill for somebody who may divide it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export function lockBill(tx: Tx, ctx: ServiceContext, input: BillOf): Promise<LockedBill> {
  return 'orderId' in input ? ofOrder(tx, ctx, input.orderId) : ofTable(tx, ctx, input);
}

/** Refuses a bill that takes no payment. @throws ServiceError SESSION_CLOSED, ORDER_CANCELLED, CURRENCY_MISMATCH */
export function assertDivisible({ rows, isOver }: LockedBill, currency: string | undefined): void {
  if (isOver) throw sessionClosed();
  assertPayable(rows, currency);
}

/** What the orders of a locked bill owe and have held by now. */
export function readAgain(tx: Tx, ctx: ServiceContext, bill: LockedBill): Promise<BillRow[]> {
  return tx.query<BillRow>(readBill, [bill.rows.map((row) => row.orderId), ctx.clock.now()]);
}

async function ofOrder(tx: Tx, ctx: ServiceContext, orderId: string): Promise<LockedBill> {
  await tx.query(lockOrders, [[orderId]]);
  const rows = await tx.query<BillRow>(readBill, [[orderId], ctx.clock.now()]);
  authorizedOrder(ctx.actor, 'split.create', rows);
  return { rows, scope: 'ORDER', isOver: false };
}

async function ofTable(
  tx: Tx,
  ctx: ServiceContext,
  { tableSessionId, orderIds }: { tableSessionId: string; orderIds?: string[] | undefined },
): Promise<LockedBill> {
  const locked = await tx.query<{ id: string }>(lockOrdersOfSession, [tableSessionId]);
  const { isOver } = await readSessionFor(tx, ctx, 'split.create', tableSessionId);
  const wanted = wantedOrders(locked, orderIds);
  const rows = await tx.query<BillRow>(readBill, [wanted, ctx.clock.now()]);
  return { rows, scope: 'TABLE_SESSION', isOver };
}
