import { totalWithTip } from '@/domain/payment/total';
import type { ServiceContext } from '../context';
import type { ProcessorIntent } from '../ports';
import { originOf } from './fact-context';
import { lockPayment } from './locked-payment';
import { recordChange } from './record-change';

/**
 * Ends a change of tip: the noted tip counts when the intent's amount says so, else it is dropped.
 * @param change which one: an answer that comes late must not end the change after it
 * @param change.intent as the processor knows it now; null: it never heard of the change. Of an intent that the payment no
 *   longer has, the amount says nothing
 * @returns true when the payment changed
 */
export async function settlePendingTip(
  ctx: ServiceContext,
  paymentId: string,
  change: { sequence: number; intent: ProcessorIntent | null },
): Promise<boolean> {
  const origin = originOf(ctx);
  const { intent } = change;
  const changed = await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row || row.pendingTipMinor === null || row.changeSequence !== change.sequence) return false;
    const tipMinor = row.pendingTipMinor;
    const isTaken = intent?.id === row.paymentIntentId && intent.amountMinor === totalWithTip(row, tipMinor);
    await recordChange(tx, origin, row, {
      action: isTaken ? 'tip_changed' : 'tip_change_dropped',
      patch: { pendingTipMinor: null, tipMinor: isTaken ? tipMinor : row.tipMinor },
      details: { fromMinor: row.tipMinor, toMinor: tipMinor },
      events: isTaken ? ['payment:status_updated'] : [],
    });
    return isTaken;
  });
  if (changed) ctx.wake('outbox');
  return changed;
}
