import { takeExpiredPayments } from '@/db/sql/recovery';
import type { Deps } from '../context';
import { cancelPayment } from '../payments/cancel';
import { refreshFromProcessor } from '../payments/refresh';
import { systemContext } from '../system-context';

// Long enough that a processor in trouble is not asked in a circle.
const LOOK_AGAIN_SEC = 60;

/**
 * Ends open payments whose time is over: cancelled at the processor first, as the hold ends only when it says so
 * (decision 8). One that is being processed keeps its hold and is looked at again.
 * @returns how many were looked at
 */
export async function expirePayments(deps: Deps, limit = 50): Promise<number> {
  const ctx = systemContext(deps, 'expiry');
  const taken = await ctx.db.query<{ id: string; status: string }>(takeExpiredPayments, [
    limit,
    ctx.clock.now(),
    LOOK_AGAIN_SEC,
  ]);
  for (const { id, status } of taken) {
    try {
      if (status === 'PROCESSING') {
        await refreshFromProcessor(ctx, await ctx.prisma.payment.findUniqueOrThrow({ where: { id } }));
      } else {
        await cancelPayment(ctx, {
          paymentId: id,
          reason: 'Not paid in time',
          idempotencyKey: `expire:${id}:${ctx.request.id}`,
        });
      }
    } catch (error) {
      ctx.log.warn({ paymentId: id, error: String(error) }, 'expired payment not cancelled yet');
    }
  }
  return taken.length;
}
