import type { Actor } from '../actor';
import { refuseStranger } from '../authorize';
import { notVisible } from '../errors';

/**
 * The tenant filter of every list. Owners see their own restaurants; only admins see what belongs to no restaurant.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), FORBIDDEN, UNAUTHENTICATED
 */
export function ownScope(
  actor: Actor,
  restaurantId: string | undefined,
): { restaurantId?: string | { in: string[] } } {
  const wanted = restaurantId === undefined ? {} : { restaurantId };
  if (actor.kind === 'admin' || actor.kind === 'system') return wanted;
  if (actor.kind !== 'member') return refuseStranger(actor, 'reconciliation.read');
  const own = actor.memberships.filter((m) => m.role === 'OWNER').map((m) => m.restaurantId);
  if (restaurantId === undefined) {
    if (own.length === 0) return refuseStranger(actor, 'reconciliation.read');
    return { restaurantId: { in: own } };
  }
  if (own.includes(restaurantId)) return wanted;
  if (actor.memberships.some((m) => m.restaurantId === restaurantId))
    return refuseStranger(actor, 'reconciliation.read');
  throw notVisible('Restaurant');
}
