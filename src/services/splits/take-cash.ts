import { refuseStranger } from '../authorize';
import { confirmCash } from '../cash/confirm';
import type { ServiceContext } from '../context';
import { stepKey } from '../idempotency';
import { parseInput } from '../parse';
import { becomeCashFor } from '../payments/change-method';
import { findShare } from './find-share';
import { authorizeGroup } from './group-row';
import { readGroup } from './read-group';
import { type TakeShareInCashInput, takeShareInCashInput } from './schemas';
import type { SplitGroupView } from './view';

/**
 * Staff took a participant's share in cash. The card's intent is cancelled at the processor first, also after a decline, so
 * that it is never charged beside the cash; then the cash is settled. Both steps have their own key: a repeat with the same
 * key goes on where the first try ended. Taking one that was taken in cash answers the group.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ILLEGAL_TRANSITION (paid by card, processing,
 *   cancelled), AMOUNT_MISMATCH (tendered and change), CREATION_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, PROCESSOR_*
 */
export async function takeShareInCash(
  ctx: ServiceContext,
  raw: TakeShareInCashInput,
): Promise<SplitGroupView> {
  const { idempotencyKey: key, groupId, participantId, ...drawer } = parseInput(takeShareInCashInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.manage');
  const { group, share, members } = await findShare(ctx, groupId, participantId);
  authorizeGroup(ctx.actor, 'split.manage', group, members);
  const { paymentId, payment } = share;
  if (payment.provider !== 'CASH') {
    await becomeCashFor(ctx, { paymentId, idempotencyKey: stepKey(key, 'method') });
  }
  await confirmCash(ctx, { paymentId, ...drawer, idempotencyKey: stepKey(key, 'cash') });
  return readGroup(ctx, groupId);
}
