import { followSplitPayment, lockSplitGroup, readSplitShares, setSplitState } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { splitProgress, splitStateAfter } from '@/domain/split';
import { emitLive } from '../live/emit';
import type { PaymentRow } from '../payments/payment-row';
import { type MovedShare, splitEvent } from './events';
import type { GroupRow, ShareRow } from './group-row';

/**
 * A share's payment has changed: its participant's row and the state of its group follow in the same transaction, and the
 * group tells. Every change of a payment's status is written by payments/record-change.ts, which calls this.
 * Two shares of a table need not cover a common order: their group's row is locked too, after the orders.
 * @param step.hasMoney the change posted to the ledger
 */
export async function followPayment(
  tx: Tx,
  step: { before: PaymentRow; after: PaymentRow; groupId: string; hasMoney: boolean; now: Date },
): Promise<void> {
  const { before, after, groupId, now } = step;
  const group = await tx.one<GroupRow>(lockSplitGroup, [groupId]);
  const moved = await tx.one<Omit<MovedShare, 'paymentId'>>(followSplitPayment, [after.id]);
  const shares = await tx.query<ShareRow>(readSplitShares, [groupId]);
  const state = splitStateAfter(group.state, shares, group.totalMinor);
  if (state !== group.state) await tx.query(setSplitState, [groupId, state, now]);

  const progress = splitProgress(group.totalMinor, shares);
  const ofGroup = { progress, previousStatus: group.state, status: state, now };
  const share = { ...moved, paymentId: after.id };
  await emitLive(tx, [
    splitEvent('payment:split_participant_updated', group, {
      progress,
      previousStatus: before.status,
      status: after.status,
      share,
      now,
    }),
    ...(step.hasMoney ? [splitEvent('payment:split_progress', group, ofGroup)] : []),
    ...(state === 'COMPLETED' && group.state !== state
      ? [splitEvent('payment:split_completed', group, ofGroup)]
      : []),
  ]);
}
