import { readNewestRefunds } from '@/db/sql/refunds';
import { isHouse } from '../actor';
import type { ServiceContext } from '../context';
import type { PaymentView } from './view';

/**
 * Adds the newest refund to the views of those that gave money back; one query, and none when none did. What staff wrote as the
 * reason is for the restaurant and the platform alone.
 */
export async function withRefunds<View extends PaymentView>(
  ctx: ServiceContext,
  views: View[],
): Promise<View[]> {
  const refunded = views.filter((view) => view.refundedMinor > 0).map((view) => view.id);
  if (refunded.length === 0) return views;
  const rows = await ctx.db.query<{ id: string; paymentId: string; reason: string }>(readNewestRefunds, [
    refunded,
  ]);
  const newest = new Map(rows.map((row) => [row.paymentId, row]));
  for (const view of views) {
    const refund = newest.get(view.id);
    if (!refund) continue;
    view.refundId = refund.id;
    view.refundReason = isHouse(ctx.actor, view.restaurantId) ? refund.reason : null;
  }
  return views;
}
