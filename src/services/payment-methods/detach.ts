import {
  finishDetach,
  nextDetachAttempt,
  readDetach,
  takeUnfinishedDetaches,
} from '@/db/sql/payment-methods';
import type { Deps, ServiceContext } from '../context';
import { isKeySpent } from '../payments/processor-refusal';
import { methodDetachKey } from '../processor-keys';
import { inTurn } from '../recovery/in-turn';
import { systemContext } from '../system-context';

/**
 * Tells the processor that a removed card is nobody's any more. Never fails: whatever it answers but success, the janitor
 * asks again, as detaching twice does no harm.
 */
export async function detachCard(ctx: ServiceContext, cardId: string): Promise<void> {
  const card = await ctx.db.maybeOne<{ methodId: string; attempt: number }>(readDetach, [cardId]);
  if (card === null) return;
  const answer = await ctx.processor.detachMethod(card.methodId, methodDetachKey(cardId, card.attempt));
  if (answer.kind === 'ok') {
    await ctx.db.query(finishDetach, [cardId]);
    return;
  }
  // A definite answer is stored under its key too: only the next one asks anew.
  if (answer.kind === 'refused' || isKeySpent(answer.error))
    await ctx.db.query(nextDetachAttempt, [cardId, card.attempt]);
  ctx.log.warn({ cardId, outcome: answer.kind, detail: answer.error.detail }, 'a card is not detached yet');
}

/** The janitor's part. @param options.afterSec how old a call must be @returns how many were taken */
export async function finishDetaches(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal | undefined },
): Promise<number> {
  const ctx = systemContext(deps, 'janitor');
  const taken = await ctx.db.query<{ id: string }>(takeUnfinishedDetaches, [limit, afterSec]);
  await inTurn(taken, {
    signal,
    work: ({ id }) => detachCard(ctx, id),
    onError: ({ id }, error) =>
      ctx.log.warn({ cardId: id, error: String(error) }, 'a card is not detached yet'),
    // They wait for the next look: nobody waits for a card that is gone.
    handBack: async () => undefined,
  });
  return taken.length;
}
