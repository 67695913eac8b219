import { readSplitShares, setSplitState } from '@/db/sql/splits';
import { assertCurrency, chargeStepMinor } from '@/domain/money';
import { isCaptured, isChangeable } from '@/domain/payment/status';
import { splitProgress } from '@/domain/split';
import type { ServiceContext } from '../context';
import { emitLive } from '../live/emit';
import { cancelPayment } from '../payments/cancel';
import { findRow } from '../payments/read-view';
import { createRefund } from '../refunds/create';
import { unlessRefused } from '../unless-refused';
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
        endShare(house, groupId, paymentId, reason).catch((error: unknown) =>
          ctx.log.warn(
            { groupId, paymentId, error: String(error) },
            'share of a cancelled split not ended yet',
          ),
        ),
      ),
  );
  await closeGroup(ctx, groupId);
}

async function endShare(
  house: ServiceContext,
  groupId: string,
  paymentId: string,
  reason: string,
): Promise<void> {
  const before = await findRow(house, paymentId);
  if (isChangeable(before.status)) {
    const idempotencyKey = `split-cancel:${groupId}:${paymentId}`;
    await unlessRefused('ILLEGAL_TRANSITION', cancelPayment(house, { paymentId, reason, idempotencyKey }));
  }
  // It may have been paid in this very moment.
  const shares = await house.db.query<ShareRow>(readSplitShares, [groupId]);
  const share = shares.find((one) => one.paymentId === paymentId);
  if (!share || !isCaptured(share.status) || isAtRest(share)) return;
  // With what went back before: a refund that fails after the end leaves its money to the next one.
  const idempotencyKey = `split-cancel:${groupId}:${paymentId}:${share.claimedMinor}`;
  const amountMinor = refundableMinor(share);
  await unlessRefused(
    'NOTHING_REFUNDABLE',
    createRefund(house, { paymentId, amountMinor, reason, idempotencyKey }),
  );
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

/** What neither refunds nor the guest's bank have given back, or are about to. */
export function leftMinor({ totalMinor, claimedMinor, chargedBackMinor }: ShareRow): number {
  return Math.max(0, totalMinor - claimedMinor - chargedBackMinor);
}

/**
 * A bank may take back an amount that is no multiple of the currency's step. A card is refunded in whole steps only, so
 * staff must return the rest.
 */
function refundableMinor(share: ShareRow): number {
  const stepMinor = share.provider === 'CASH' ? 1 : chargeStepMinor(assertCurrency(share.currency));
  return leftMinor(share) - (leftMinor(share) % stepMinor);
}
