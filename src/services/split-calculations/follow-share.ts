import type { Tx } from '@/db/transaction';
import type { PaymentRow } from '../payments/payment-row';
import { resolveSplit } from './resolve';
import { readSplitNow } from './state';
import { tellSplit } from './tell';

/**
 * The payment of a share has changed: when it was the last hold on the split, the table learns that it is open again.
 * Every change of a payment's status is written by payments/record-change.ts, which calls this.
 */
export async function followShare(
  tx: Tx,
  step: { before: PaymentRow; after: PaymentRow; now: Date },
): Promise<void> {
  const { before, after, now } = step;
  if (before.status === after.status || after.tableSessionId === null) return;
  const state = await readSplitNow(tx, after.tableSessionId, now);
  const { calculation } = state;
  if (!calculation || resolveSplit(calculation, state, now).hold) return;
  const payments = state.payments.map((payment) =>
    payment.id === before.id ? { ...payment, status: before.status } : payment,
  );
  if (!resolveSplit(calculation, { ...state, payments }, now).hold) return;
  await tellSplit(tx, now, after.tableSessionId, {
    type: 'split:calculation_unlocked',
    guestPublicId: after.guestPublicId,
  });
}
