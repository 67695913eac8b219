import type { ServiceContext } from '../context';
import { cardViews, ownerOf } from './cards';
import type { SavedCardView } from './view';

/** The caller's saved cards, the default first, then the newest. @throws ServiceError UNAUTHENTICATED, FORBIDDEN */
export async function listSavedCards(ctx: ServiceContext): Promise<SavedCardView[]> {
  return cardViews(ctx.db, ownerOf(ctx), ctx.clock.now());
}
