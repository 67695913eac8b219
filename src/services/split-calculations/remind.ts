import { isOpen } from '@/domain/payment/status';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { tellPayer } from '../notifications/queue';
import { parseInput } from '../parse';
import { lockPaymentFor } from '../payments/locked-payment';
import { readRestaurantSettings } from '../restaurant-settings/read';
import { type SplitPaymentInput, splitPaymentInput } from './schemas';
import { findSplitPayment } from './split-payment';

/**
 * Reminds who pays an open payment of a live split, by the mail of their account. One mail per key.
 * @returns queued: false when the payer has no account, or the restaurant has switched reminders off
 * @throws ServiceError NOT_VISIBLE, NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION (paid or cancelled),
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function remindSplitPayer(
  ctx: ServiceContext,
  raw: SplitPaymentInput,
): Promise<{ queued: boolean }> {
  const { idempotencyKey, ...input } = parseInput(splitPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.manage');
  await findSplitPayment(ctx, 'split.manage', input);
  const operation = operationKey(ctx.actor, 'splitCalculations.remind', idempotencyKey, input);
  const { ids } = await ctx.db.transaction(async (tx) => {
    const payment = await lockPaymentFor(tx, ctx, 'split.manage', input.paymentId);
    return once(tx, operation, async () => {
      if (!isOpen(payment.status))
        throw new ServiceError('ILLEGAL_TRANSITION', 'This share is not open: nobody has to be reminded.');
      const { splitRemindersEnabled } = await readRestaurantSettings(tx, payment.restaurantId);
      const queued = splitRemindersEnabled && payment.customerId !== null;
      const factKey = `share-reminder:${payment.id}:${operation.key}`;
      if (queued) await tellPayer(tx, payment, { kind: 'SHARE_REMINDER', factKey });
      return { queued };
    });
  });
  return ids;
}
