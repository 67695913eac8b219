import { findOpenPayment, lockOrders, readBill } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { cancelPayment } from './cancel';
import { changeTip } from './change-tip';
import { countAttempt } from './count-retry';
import { lockPayment } from './locked-payment';
import type { OpenedPayment } from './open-payment';
import { assertRoomWithout, findOwnPayments, isInTheWay, type OwnPayment } from './own-payments';
import { type BillRow, dueOf } from './plan';

/** An open payment of the payer, as src/db/sql/bill.ts answers it. */
export type OpenRow = {
  id: string;
  status: string;
  isCash: boolean;
  totalMinor: number;
  billPartMinor: number;
  saveCard: boolean;
  expiresAt: Date;
};

/** What an order has to pay, and what its payer has already begun. */
export interface BillOfPayer {
  bill: BillRow[];
  open: (OpenRow & Pick<OwnPayment, 'partsMinor'>) | null;
}

/** Locks the order and reads. Sent together: what follows the lock sees what is true once it is held. */
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
  return { bill, open };
}

/**
 * The payer's open payment of the same order, if there is one: a second tap, a refreshed page or a declined card must not
 * open another intent (decision 26; legacy-contract 3.6, 2). Their share of the table's bill makes way.
 */
export async function reuseOpenPayment(
  tx: Tx,
  ctx: ServiceContext,
  payer: string,
  { bill, open }: BillOfPayer,
  wanted: { tipMinor: number; saveCard: boolean; isCash: boolean },
): Promise<OpenedPayment | null> {
  if (open) {
    const taken = await takeUpAgain(tx, ctx, open, { ...wanted, billPartMinor: dueOf(bill).dueMinor });
    if (taken.next === 'CANCEL_FIRST')
      assertRoomWithout({ ...open, orderIds: bill.map((row) => row.orderId) }, bill, null);
    return taken;
  }
  const tableSessionId = bill[0]?.tableSessionId ?? null;
  if (tableSessionId === null || bill.every((row) => row.heldMinor === 0)) return null;
  const own = (await findOwnPayments(tx, payer, tableSessionId)).find((payment) => isInTheWay(payment, bill));
  if (!own) return null;
  assertRoomWithout(own, bill, null);
  return { paymentId: own.id, next: 'CANCEL_FIRST' };
}

/**
 * Whether an open payment still is what the payer wants. `next` says what brings it up to date after the commit: its tip
 * follows, but another amount or method, another wish about saving the card, or a hold that is over need a new one. To
 * start a declined one anew is a retry; the last retry behind it, it makes way for a new payment (decision 15).
 */
export async function takeUpAgain(
  tx: Tx,
  ctx: ServiceContext,
  open: OpenRow,
  wanted: { billPartMinor: number; tipMinor: number; saveCard: boolean; isCash: boolean },
): Promise<OpenedPayment> {
  if (open.status === 'PROCESSING') return { paymentId: open.id, next: 'NOTHING' };
  const isOutdated =
    wanted.billPartMinor !== open.billPartMinor ||
    open.isCash !== wanted.isCash ||
    open.saveCard !== wanted.saveCard ||
    open.expiresAt <= ctx.clock.now();
  if (isOutdated || (await isUsedUp(tx, ctx, open))) return { paymentId: open.id, next: 'CANCEL_FIRST' };
  const isSameTip = open.totalMinor - open.billPartMinor === wanted.tipMinor;
  return { paymentId: open.id, next: isSameTip ? 'NOTHING' : 'CHANGE_TIP' };
}

async function isUsedUp(tx: Tx, ctx: ServiceContext, open: OpenRow): Promise<boolean> {
  const row = open.status === 'FAILED' ? await lockPayment(tx, open.id) : null;
  return row !== null && (await countAttempt(tx, ctx, row)) === 'LIMIT_REACHED';
}

/** Ends a payment that no longer fits. One that was paid in this very moment is no hindrance: the bill knows it by now. */
export async function cancelOutdated(ctx: ServiceContext, paymentId: string, key: string): Promise<void> {
  const reason = 'Replaced: the bill, its time or the wish to save the card has changed';
  try {
    await cancelPayment(ctx, { paymentId, reason, idempotencyKey: key });
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'ILLEGAL_TRANSITION')) throw error;
  }
}

/** Brings the tip of a reused payment up to date. */
export async function takeNewTip(
  ctx: ServiceContext,
  paymentId: string,
  tipMinor: number,
  key: string,
): Promise<void> {
  await changeTip(ctx, { paymentId, tipMinor, idempotencyKey: key });
}
