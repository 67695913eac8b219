import { readSplitShares, setSplitState } from '@/db/sql/splits';
import { isCaptured } from '@/domain/payment/status';
import { leftMinor, refundableMinor } from '@/domain/refund-left';
import { splitProgress } from '@/domain/split';
import type { ServiceContext } from '../context';
import { emitLive } from '../live/emit';
import { endPayment } from '../refunds/end-payment';
import type { PaymentLeft } from '../refunds/payment-left';
import { splitEvent } from './events';
import { lockGroup, type ShareRow } from './group-row';
import { noteUnrefunded } from './note-unrefunded';

/**
 * Ends each share of a group that is CANCELLING, and the group once nothing is left to do. Safe to run on any node, in
 * parallel and again: the state of each share says what is left, cancelling twice does nothing, and a refund's key
 * names the sum that it starts from. A lost dispute's money is not refunded again; the rest of that share is. Shares do
 * not wait for one another. What fails now is for the next run: a share with an open dispute waits for the bank.
 */
export async function finishCancelling(ctx: ServiceContext, groupId: string): Promise<void> {
  const group = await ctx.prisma.splitGroup.findUnique({ where: { id: groupId } });
  if (group?.state !== 'CANCELLING') return;
  const shares = await ctx.db.query<ShareRow>(readSplitShares, [groupId]);
  const house: ServiceContext = { ...ctx, actor: { kind: 'system', name: 'split-cancel' } };
  const reason = group.cancelReason ?? 'The split was cancelled';
  await Promise.all(
    shares
      .filter((share) => !isAtRest(share))
      .map(({ paymentId }) =>
        endPayment(house, paymentId, { reason, ...keysOf(groupId, paymentId) }).catch((error: unknown) =>
          ctx.log.warn(
            { groupId, paymentId, error: String(error) },
            'share of a cancelled split not ended yet',
          ),
        ),
      ),
  );
  await closeGroup(ctx, groupId);
}

/** A refund's key has what went back before it: one that fails after the end leaves its money to the next one. */
function keysOf(groupId: string, paymentId: string) {
  const cancelKey = `split-cancel:${groupId}:${paymentId}`;
  return { cancelKey, refundKey: ({ claimedMinor }: PaymentLeft) => `${cancelKey}:${claimedMinor}` };
}

/** CANCELLED once nothing is left to do. Told once, however often late money reopens the work. */
async function closeGroup(ctx: ServiceContext, groupId: string): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const locked = await lockGroup(tx, groupId);
    if (locked?.group.state !== 'CANCELLING' || !locked.shares.every(isAtRest)) return;
    const { group, shares } = locked;
    await tx.query(setSplitState, [groupId, 'CANCELLED', now]);
    for (const share of shares.filter(needsPerson)) {
      await noteUnrefunded(tx, {
        paymentId: share.paymentId,
        restaurantId: group.restaurantId,
        orderId: group.orderId,
        currency: group.currency,
        leftMinor: leftMinor(share),
        failedRefunds: share.failedRefunds,
      });
    }
    if (group.cancelledAt !== null) return;
    const told = {
      progress: splitProgress(group.totalMinor, shares),
      previousStatus: group.state,
      status: 'CANCELLED',
      refundsProcessed: shares.filter((share) => share.claimedMinor > 0).length,
      now,
    };
    await emitLive(tx, [splitEvent('payment:split_cancelled', group, told)]);
  });
  ctx.wake('outbox');
}

/**
 * Nothing is left to do for a share: no money can come, and what came goes back or went back, or a person has to see to
 * it: an own refund that failed is not tried for ever.
 */
function isAtRest(share: ShareRow): boolean {
  if (!isCaptured(share.status)) return share.status === 'CANCELLED';
  return refundableMinor(share) === 0 || share.refundFailed;
}

function needsPerson(share: ShareRow): boolean {
  return isCaptured(share.status) && leftMinor(share) > 0;
}
