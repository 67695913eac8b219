import { isOpen } from '@/domain/payment/status';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { tellPayer } from '../notifications/queue';
import { parseInput } from '../parse';
import { readRestaurantSettings } from '../restaurant-settings/read';
import { lockGroupFor } from './group-row';
import { type RemindParticipantInput, remindParticipantInput } from './schemas';

/**
 * Reminds a participant of an unpaid share, by the address that was given for them or that of their account. One mail per
 * key: a double click sends one. Whether its reader wants it is decided when it is sent (services/notifications).
 * @returns queued: false when there is no address to send to, or the restaurant has switched reminders off
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION (paid or cancelled), IDEMPOTENCY_KEY_REUSED
 */
export async function remindParticipant(
  ctx: ServiceContext,
  raw: RemindParticipantInput,
): Promise<{ queued: boolean }> {
  const { idempotencyKey, ...input } = parseInput(remindParticipantInput, raw);
  const operation = operationKey(ctx.actor, 'splits.remind', idempotencyKey, input);
  const { ids } = await ctx.db.transaction(async (tx) => {
    const { group, shares } = await lockGroupFor(tx, ctx, 'split.manage', input.groupId);
    const share = shares.find((one) => one.participantId === input.participantId);
    if (!share) throw notVisible('Participant');
    return once(tx, operation, async () => {
      if (!isOpen(share.status))
        throw new ServiceError('ILLEGAL_TRANSITION', 'This share is not open: nobody has to be reminded.');
      const { restaurantId } = group;
      const { splitRemindersEnabled } = await readRestaurantSettings(tx, restaurantId);
      const queued = splitRemindersEnabled && (share.email !== null || share.customerId !== null);
      if (queued) {
        const payment = { ...share, id: share.paymentId, splitGroupId: group.id, restaurantId };
        const factKey = `share-reminder:${share.paymentId}:${operation.key}`;
        await tellPayer(tx, payment, { kind: 'SHARE_REMINDER', factKey });
      }
      return { queued };
    });
  });
  return ids;
}
