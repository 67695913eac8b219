import { findOpenPayment } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import { amountDue } from '@/domain/bill';
import type { ServiceContext } from '../context';
import { cancelPayment } from './cancel';
import { changeTip } from './change-tip';
import type { OpenedPayment } from './open-payment';
import type { BillRow } from './plan';

type OpenRow = {
  id: string;
  method: string;
  status: string;
  totalMinor: number;
  billPartMinor: number;
};

/**
 * The payer's open payment of the same orders, if there is one: a second tap, a refreshed page or a declined card must not
 * open another intent (decision 26; legacy-contract 3.6, 2). `next` says what brings it up to date after the commit.
 */
export async function reuseOpenPayment(
  tx: Tx,
  payer: string,
  bill: readonly BillRow[],
  wanted: { tipMinor: number; method: string },
): Promise<OpenedPayment | null> {
  const open = await tx.maybeOne<OpenRow>(findOpenPayment, [payer, bill.map((row) => row.orderId)]);
  if (!open) return null;
  if (open.status === 'PROCESSING') return { paymentId: open.id, next: 'NOTHING' };
  const others = amountDue({
    orders: bill,
    captured: Object.fromEntries(bill.map((row) => [row.orderId, Math.max(0, row.capturedMinor)])),
    held: {},
  });
  if (others.dueMinor !== open.billPartMinor) return { paymentId: open.id, next: 'CANCEL_FIRST' };
  const isSameTip = open.totalMinor - open.billPartMinor === wanted.tipMinor;
  return { paymentId: open.id, next: isSameTip ? 'NOTHING' : 'CHANGE_TIP' };
}

/** Brings a reused payment up to date: its tip follows, or it is cancelled because the bill has changed. */
export async function followUp(
  ctx: ServiceContext,
  opened: OpenedPayment,
  wanted: { tipMinor: number },
  idempotencyKey: string,
): Promise<void> {
  const { paymentId } = opened;
  if (opened.next === 'CHANGE_TIP') {
    await changeTip(ctx, { paymentId, tipMinor: wanted.tipMinor, idempotencyKey: `${idempotencyKey}:tip` });
  }
  if (opened.next === 'CANCEL_FIRST') {
    await cancelPayment(ctx, {
      paymentId,
      reason: 'The bill has changed',
      idempotencyKey: `${idempotencyKey}:cancel`,
    });
  }
}
