import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';

/**
 * The restaurants whose sessions the caller may list; null: all of them.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export function restaurantsOf(ctx: ServiceContext, restaurantId: string | undefined): string[] | null {
  const { actor } = ctx;
  if (restaurantId !== undefined) {
    authorize(actor, 'tableSession.list', { restaurantId }, 'Restaurant');
    return [restaurantId];
  }
  if (actor.kind === 'admin' || actor.kind === 'system') return null;
  if (actor.kind !== 'member') return refuseStranger(actor, 'tableSession.list');
  return actor.memberships.map((membership) => membership.restaurantId);
}
