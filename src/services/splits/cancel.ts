import { insertAudit } from '@/db/sql/audit';
import { startCancellingSplit } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { actorLabel, isHouse } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { assertMayEnd } from '../refunds/end-payment';
import { finishCancelling } from './finish-cancelling';
import { type GroupRow, lockGroupFor, type ShareRow } from './group-row';
import { readGroup } from './read-group';
import { type CancelSplitInput, cancelSplitInput } from './schemas';
import type { SplitGroupView } from './view';

/**
 * Calls a group off: open intents are cancelled at the processor, paid shares refunded, each exactly once. What cannot be done
 * now (a share that is being processed, an unanswered call) leaves the group CANCELLING, and the janitor goes on. The
 * restaurant may, within what the role may refund of each paid share (decision 17); who made the group, while nobody has paid.
 * Cancelling a cancelled group answers it.
 * @returns the group, CANCELLED or still CANCELLING, with `refundsProcessed`
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN, REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT, IDEMPOTENCY_KEY_REUSED
 */
export async function cancelSplit(ctx: ServiceContext, raw: CancelSplitInput): Promise<SplitGroupView> {
  const { idempotencyKey, ...input } = parseInput(cancelSplitInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.cancel');
  const operation = operationKey(ctx.actor, 'splits.cancel', idempotencyKey, input);
  const isOver = await ctx.db.transaction(async (tx) => {
    const { group, shares } = await lockGroupFor(tx, ctx, 'split.cancel', input.groupId);
    await once(tx, operation, async () => {
      if (group.state !== 'CANCELLING' && group.state !== 'CANCELLED')
        await start(tx, ctx, group, shares, input.reason);
      return { groupId: group.id };
    });
    return group.state === 'CANCELLED';
  });
  if (!isOver) await answerInTime(ctx, finishCancelling(ctx, input.groupId), () => undefined);
  ctx.wake('outbox');
  return readGroup(ctx, input.groupId);
}

async function start(
  tx: Tx,
  ctx: ServiceContext,
  group: GroupRow,
  shares: readonly ShareRow[],
  reason: string | undefined,
): Promise<void> {
  if (!isHouse(ctx.actor, group.restaurantId) && shares.some((share) => isCaptured(share.status))) {
    throw new ServiceError('FORBIDDEN', 'Somebody has paid already. Ask the staff to cancel and refund.');
  }
  // The refunds themselves are the system's: who asks for them must be allowed each of them, or nothing is called off.
  await assertMayEnd(
    tx,
    ctx,
    shares.map(({ paymentId }) => paymentId),
  );
  await tx.query(startCancellingSplit, [group.id, actorLabel(ctx.actor), reason ?? null, ctx.clock.now()]);
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    'split_cancelled',
    'split_group',
    group.id,
    group.restaurantId,
    JSON.stringify({
      shares: shares.length,
      paid: shares.filter((share) => isCaptured(share.status)).length,
    }),
    ctx.request.id,
  ]);
}
