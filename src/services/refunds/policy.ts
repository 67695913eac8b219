import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import { assertRefundAllowed, type RefundPolicy } from '@/domain/refund-policy';
import type { ServiceContext } from '../context';
import type { PaymentRow } from '../payments/payment-row';
import { readRestaurantSettings } from '../restaurant-settings';

/**
 * Holds staff and owners to their restaurant's refund window and limit; the platform's admins are not bound.
 * @param refundedMinor of the payment, this refund included
 * @throws DomainError REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT
 */
export async function assertWithinPolicy(
  tx: Tx,
  ctx: ServiceContext,
  payment: PaymentRow,
  refundedMinor: number,
): Promise<void> {
  if (ctx.actor.kind !== 'member') return;
  const settings = await readRestaurantSettings(tx, payment.restaurantId);
  const isOwner = ctx.actor.memberships.some(
    (m) => m.restaurantId === payment.restaurantId && m.role === 'OWNER',
  );
  const policy: RefundPolicy = isOwner
    ? { windowDays: settings.ownerRefundWindowDays, limitMinor: settings.ownerRefundLimitMinor }
    : { windowDays: settings.staffRefundWindowDays, limitMinor: settings.staffRefundLimitMinor };
  const today = businessDayOf(ctx.clock.now(), payment.timeZone, payment.closingHour);
  assertRefundAllowed(policy, { paidOn: payment.businessDay ?? today, today, refundedMinor });
}
