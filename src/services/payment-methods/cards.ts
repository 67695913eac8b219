import type { Sql } from '@/db/sql';
import { readCard, readCards } from '@/db/sql/payment-methods';
import { isCardExpired } from '@/domain/card-expiry';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import type { SavedCardView } from './view';

/** A saved card as src/db/sql/payment-methods.ts answers it. `customerId` is our user's. */
export type CardRow = {
  id: string;
  customerId: string | null;
  methodId: string;
  type: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  isDefault: boolean;
  isActive: boolean;
  createdAt: Date;
};

/**
 * The account whose cards these are: only a signed-in customer has any. A member of staff who types at a guest's order must
 * never meet their own card there. @throws ServiceError UNAUTHENTICATED, FORBIDDEN
 */
export function ownerOf(ctx: ServiceContext): string {
  if (ctx.actor.kind !== 'customer') refuseStranger(ctx.actor, 'paymentMethod.manage');
  return ctx.actor.userId;
}

/** A card of the caller's that may still be used. @throws ServiceError NOT_VISIBLE */
export async function readOwnCard(sql: Sql, ctx: ServiceContext, savedCardId: string): Promise<CardRow> {
  const card = await sql.maybeOne<CardRow>(readCard, [savedCardId]);
  if (card === null) throw notVisible('Card');
  authorize(ctx.actor, 'paymentMethod.manage', { customerId: card.customerId }, 'Card');
  if (!card.isActive) throw notVisible('Card');
  return card;
}

/** The cards of an account, the default first. */
export async function cardViews(sql: Sql, userId: string, now: Date): Promise<SavedCardView[]> {
  const cards = await sql.query<CardRow>(readCards, [userId]);
  return cards.map((card) => ({
    id: card.id,
    type: card.type,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.expMonth,
    expYear: card.expYear,
    isExpired: isCardExpired(card, now),
    isDefault: card.isDefault,
    createdAt: card.createdAt.toISOString(),
  }));
}
