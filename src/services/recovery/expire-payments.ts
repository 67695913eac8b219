import { handBackPayments, takeExpiredPayments } from '@/db/sql/recovery';
import type { Deps, ServiceContext } from '../context';
import { cancelOverdue } from '../payments/cancel';
import { refreshFromProcessor } from '../payments/refresh';
import { systemContext } from '../system-context';
import { inTurn } from './in-turn';

// Long enough that a processor in trouble is not asked in a circle.
const LOOK_AGAIN_SEC = 60;

/**
 * Ends open payments whose time is over: cancelled at the processor first, as the hold ends only when it says so
 * (decision 8). One that is being processed keeps its hold and is looked at again.
 * @returns how many were taken
 */
export async function expirePayments(
  deps: Deps,
  { limit = 50, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const ctx = systemContext(deps, 'expiry');
  const taken = await ctx.db.query<Expired>(takeExpiredPayments, [limit, ctx.clock.now(), LOOK_AGAIN_SEC]);
  await inTurn(taken, {
    signal,
    work: (payment) => expire(ctx, payment),
    onError: ({ id }, error) =>
      ctx.log.warn({ paymentId: id, error: String(error) }, 'expired payment not cancelled yet'),
    handBack: (rest) => ctx.db.query(handBackPayments, [rest.map(({ id }) => id)]),
  });
  return taken.length;
}

type Expired = { id: string; status: string };

async function expire(ctx: ServiceContext, { id, status }: Expired): Promise<void> {
  if (status === 'PROCESSING') {
    await refreshFromProcessor(ctx, await ctx.prisma.payment.findUniqueOrThrow({ where: { id } }));
    return;
  }
  await ctx.checkpoint('expiry.before-cancel');
  await cancelOverdue(ctx, {
    paymentId: id,
    reason: 'Not paid in time',
    idempotencyKey: `expire:${id}:${ctx.request.id}`,
  });
}
