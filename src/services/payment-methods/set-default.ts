import { clearDefaultCard, lockUser, setDefaultCard } from '@/db/sql/payment-methods';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { noteCard } from './audit';
import { cardViews, ownerOf, readOwnCard } from './cards';
import { type SavedCardInput, savedCardInput } from './schemas';
import type { SavedCardView } from './view';

/**
 * Makes a saved card the one that is offered first.
 * @returns the caller's cards as they are now
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN, IDEMPOTENCY_KEY_REUSED
 */
export async function setDefaultSavedCard(
  ctx: ServiceContext,
  raw: SavedCardInput,
): Promise<SavedCardView[]> {
  const { idempotencyKey, ...input } = parseInput(savedCardInput, raw);
  const userId = ownerOf(ctx);
  const operation = operationKey(ctx.actor, 'paymentMethods.setDefault', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    await tx.query(lockUser, [userId]);
    await once(tx, operation, async () => {
      const card = await readOwnCard(tx, ctx, input.savedCardId);
      if (!card.isDefault) {
        await tx.query(clearDefaultCard, [userId, card.id]);
        await tx.query(setDefaultCard, [card.id]);
        await noteCard(tx, ctx, 'card.default_changed', card.id);
      }
      return { savedCardId: card.id };
    });
    return cardViews(tx, userId, ctx.clock.now());
  });
}
