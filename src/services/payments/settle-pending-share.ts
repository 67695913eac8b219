import { endShareChange } from '@/db/sql/share-change';
import type { Tx } from '@/db/transaction';
import { amountsOf, shapeOfRow, shapeTotal } from '@/domain/payment/share-shape';
import type { ServiceContext } from '../context';
import type { ProcessorIntent } from '../ports';
import { type ChangeOrigin, originOf } from './fact-context';
import { lockPayment } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';
import { storeParts } from './store-parts';

/**
 * Ends a change of share: the shape counts that the intent's amount says.
 * @param change which one: an answer that comes late must not end the change after it
 * @param change.intent as the processor knows it now; null: it never heard of the change. Of an intent that the payment no
 *   longer has, the amount says nothing
 * @returns true when the share is what was wanted
 */
export async function settlePendingShare(
  ctx: ServiceContext,
  paymentId: string,
  change: { sequence: number; intent: ProcessorIntent | null },
): Promise<boolean> {
  const origin = originOf(ctx);
  const isTaken = await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row?.pendingShare || row.changeSequence !== change.sequence) return false;
    const { intent } = change;
    return takeShape(tx, origin, row, intent?.id === row.paymentIntentId ? intent.amountMinor : null);
  });
  ctx.wake('outbox');
  return isTaken;
}

/**
 * Gives a payment the shape whose total this is; null, or a total of neither: the one that it had.
 * @returns whether that is the one that was wanted
 */
export async function takeShape(
  tx: Tx,
  origin: ChangeOrigin,
  row: PaymentRow,
  totalMinor: number | null,
): Promise<boolean> {
  const other = row.pendingShare;
  if (other === null) return false;
  const here = shapeOfRow(row);
  const [wanted, before] = other.isWanted ? [other, here] : [here, other];
  const isTaken = totalMinor === shapeTotal(wanted);
  const shape = isTaken ? wanted : before;
  await storeParts(tx, row.id, shape);
  await tx.query(endShareChange, [row.id]);
  await recordChange(tx, origin, row, {
    action: isTaken ? 'share_changed' : 'share_change_dropped',
    patch: amountsOf(shape),
    details: { fromMinor: shapeTotal(before), toMinor: shapeTotal(wanted) },
    events: ['payment:status_updated'],
  });
  return isTaken;
}
