import { lockUser, promoteNewestCard, removeCard } from '@/db/sql/payment-methods';
import { answerInTime } from '../answer-in-time';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { noteCard } from './audit';
import { cardViews, ownerOf, readOwnCard } from './cards';
import { detachCard } from './detach';
import { type SavedCardInput, savedCardInput } from './schemas';
import type { SavedCardView } from './view';

/**
 * Removes a saved card. Here it is gone at once and can pay nothing any more; the processor is told after the commit, and by
 * the janitor until it has confirmed. The newest of the others becomes the default.
 * @returns the caller's cards as they are now
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN, IDEMPOTENCY_KEY_REUSED
 */
export async function removeSavedCard(ctx: ServiceContext, raw: SavedCardInput): Promise<SavedCardView[]> {
  const { idempotencyKey, ...input } = parseInput(savedCardInput, raw);
  const userId = ownerOf(ctx);
  const operation = operationKey(ctx.actor, 'paymentMethods.remove', idempotencyKey, input);
  await ctx.db.transaction(async (tx) => {
    await tx.query(lockUser, [userId]);
    await once(tx, operation, async () => {
      const card = await readOwnCard(tx, ctx, input.savedCardId);
      await tx.query(removeCard, [card.id, true]);
      await tx.query(promoteNewestCard, [userId]);
      await noteCard(tx, ctx, 'card.removed', card.id);
      return { savedCardId: card.id };
    });
  });
  await answerInTime(ctx, detachCard(ctx, input.savedCardId), () => undefined, DETACH_LIMIT_MS);
  return cardViews(ctx.db, userId, ctx.clock.now());
}

// The card is gone for its owner already: they need not wait for the processor.
const DETACH_LIMIT_MS = 3_000;
