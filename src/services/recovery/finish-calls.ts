import { handBackPayments, takeUnfinishedCalls } from '@/db/sql/recovery';
import { handBackRefunds, takeUnfinishedRefunds } from '@/db/sql/refunds';
import { takeSurplusIntents } from '@/db/sql/surplus-intents';
import type { Deps, ServiceContext } from '../context';
import { endSurplusIntent, type SurplusIntent } from '../payments/end-surplus-intent';
import { ensureIntent } from '../payments/ensure-intent';
import { refreshFromProcessor } from '../payments/refresh';
import { repairRefund } from '../refunds/send';
import { systemContext } from '../system-context';
import { inTurn } from './in-turn';

/**
 * The janitor: finishes calls to the processor that a crash or a lost answer left open. Creations are looked up and, only
 * when there is none, repeated (decision 18), refunds likewise; changes of tip are settled by what the intent says.
 * Intents too many are cancelled until that is certain.
 * @param options.afterSec how old a call must be: longer than any running call can last
 * @returns how many were taken
 */
export async function finishCalls(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal },
): Promise<number> {
  const ctx = systemContext(deps, 'janitor');
  const calls = await ctx.db.query<Call>(takeUnfinishedCalls, [limit, afterSec]);
  await inTurn(calls, {
    signal,
    work: (call) => finishCall(ctx, call),
    onError: ({ id }, error) =>
      ctx.log.warn({ paymentId: id, error: String(error) }, 'call to the processor still unfinished'),
    handBack: (rest) => ctx.db.query(handBackPayments, [rest.map(({ id }) => id)]),
  });
  const refunds = await ctx.db.query<Refund>(takeUnfinishedRefunds, [limit, afterSec]);
  await inTurn(refunds, {
    signal,
    work: async ({ id, paymentId }) => {
      await ctx.checkpoint('janitor.before-repair');
      await repairRefund(ctx, id, paymentId);
    },
    onError: ({ id }, error) =>
      ctx.log.warn({ refundId: id, error: String(error) }, 'refund still unfinished'),
    handBack: (rest) => ctx.db.query(handBackRefunds, [rest.map(({ id }) => id)]),
  });
  const surplus = await ctx.db.query<SurplusIntent>(takeSurplusIntents, [limit, afterSec]);
  await inTurn(surplus, {
    signal,
    work: async (intent) => {
      await ctx.checkpoint('janitor.before-repair');
      await endSurplusIntent(ctx, intent);
    },
    onError: ({ intentId }, error) =>
      ctx.log.warn({ intentId, error: String(error) }, 'an intent too many is not cancelled yet'),
    // They wait for the next look: nobody waits for one.
    handBack: async () => undefined,
  });
  return calls.length + refunds.length + surplus.length;
}

type Call = { id: string; creationState: string };
type Refund = { id: string; paymentId: string };

async function finishCall(ctx: ServiceContext, { id, creationState }: Call): Promise<void> {
  await ctx.checkpoint('janitor.before-repair');
  if (creationState === 'PENDING' || creationState === 'UNKNOWN') {
    await ensureIntent(ctx, id, { isOpener: false });
  }
  await refreshFromProcessor(ctx, await ctx.prisma.payment.findUniqueOrThrow({ where: { id } }));
}
