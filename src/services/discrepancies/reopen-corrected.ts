import { reopenCorrected } from '@/db/sql/reconciliation-discrepancies';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import type { ChangeOrigin } from '../payments/fact-context';
import { noteActions } from './note-actions';

/**
 * A refund failed: what it was to correct is work again, unless somebody has decided otherwise since. In the transaction that
 * fails the refund, under the lock of the payment's orders.
 * @returns whether it is on the work list again by this
 */
export async function reopenWhatItCorrected(
  tx: Tx,
  origin: ChangeOrigin,
  refund: { refundId: string; paymentId: string },
): Promise<boolean> {
  const { refundId, paymentId } = refund;
  const reopened = await tx.query<{ id: string; restaurantId: string | null }>(reopenCorrected, [
    paymentId,
    refundId,
  ]);
  const by = { actor: actorLabel(origin.actor), requestId: origin.requestId };
  await noteActions(tx, reopened, { action: 'REOPENED', details: { refundId } }, by);
  return reopened.length > 0;
}
