import type { Tx } from '@/db/transaction';
import { dueOf } from '@/domain/payment/plan';
import type { ServiceContext } from '../context';
import { unlessRefused } from '../unless-refused';
import { cancelPayment } from './cancel';
import { changeTip } from './change-tip';
import { countRetry } from './count-retry';
import type { BillOfPayer } from './lock-bill';
import { lockPayment } from './locked-payment';
import type { OpenedPayment } from './open-payment';
import { assertRoomWithout, findOwnPayments, isInTheWay, type OpenRow } from './own-payments';

/**
 * The payer's open payment of the same order, if there is one: a second tap, a refreshed page or a declined card must
 * not open another intent (decision 26; legacy-contract 3.6, 2). Their share of the table's bill makes way.
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
 * Whether an open payment still is what the payer wants. `next` says what brings it up to date after the commit. A new
 * tip is changed in place, and so is a tip whose change has not ended, be it back to what is shown: that settles it first.
 * Another amount or method, another answer about saving the card, or a hold that is over need
 * a new payment. Taking up a declined payment counts as a retry; after the last retry it is replaced by a new one
 * (decision 15).
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
  return { paymentId: open.id, next: isSameTip && !open.isChanging ? 'NOTHING' : 'CHANGE_TIP' };
}

async function isUsedUp(tx: Tx, ctx: ServiceContext, open: OpenRow): Promise<boolean> {
  const row = open.status === 'FAILED' ? await lockPayment(tx, open.id) : null;
  return row !== null && (await countRetry(tx, ctx, row)) === 'LIMIT_REACHED';
}

/** Cancels a payment that no longer fits. One that was just paid stays as it is: the bill counts it by now. */
export async function cancelOutdated(ctx: ServiceContext, paymentId: string, key: string): Promise<void> {
  const reason = 'Replaced: the bill, its time or the wish to save the card has changed';
  await unlessRefused('ILLEGAL_TRANSITION', cancelPayment(ctx, { paymentId, reason, idempotencyKey: key }));
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
