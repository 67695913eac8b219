import { takeUnfinishedCalls } from '@/db/sql/recovery';
import { takeUnfinishedRefunds } from '@/db/sql/refunds';
import type { Deps } from '../context';
import { ensureIntent } from '../payments/ensure-intent';
import { refreshFromProcessor } from '../payments/refresh';
import { repairRefund } from '../refunds/send';
import { systemContext } from '../system-context';

/**
 * The janitor: finishes calls to the processor that a crash or a lost answer left open. Creations are looked up and, only
 * when there is none, repeated (decision 18), refunds likewise; changes of tip are settled by what the intent says.
 * @param afterSec how old a call must be: longer than any running call can last
 * @returns how many were looked at
 */
export async function finishCalls(deps: Deps, afterSec: number, limit = 20): Promise<number> {
  const ctx = systemContext(deps, 'janitor');
  const taken = await ctx.db.query<{ id: string; creationState: string }>(takeUnfinishedCalls, [
    limit,
    afterSec,
  ]);
  for (const { id, creationState } of taken) {
    await ctx.checkpoint('janitor.before-repair');
    try {
      if (creationState === 'PENDING' || creationState === 'UNKNOWN')
        await ensureIntent(ctx, id, { isOpener: false });
      await refreshFromProcessor(ctx, await ctx.prisma.payment.findUniqueOrThrow({ where: { id } }));
    } catch (error) {
      ctx.log.warn({ paymentId: id, error: String(error) }, 'call to the processor still unfinished');
    }
  }
  const refunds = await ctx.db.query<{ id: string; paymentId: string }>(takeUnfinishedRefunds, [
    limit,
    afterSec,
  ]);
  for (const { id, paymentId } of refunds) {
    try {
      await repairRefund(ctx, id, paymentId);
    } catch (error) {
      ctx.log.warn({ refundId: id, error: String(error) }, 'refund still unfinished');
    }
  }
  return taken.length + refunds.length;
}
