import { refuseStranger } from '../authorize';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';

/** Whose figures are asked for. `restaurantIds` null: the whole platform. */
export interface MetricScope {
  restaurantId: string | null;
  restaurantIds: readonly string[] | null;
  /** Listed first; of the platform the configured one. */
  currency: string;
}

/** The scope, if the actor may read it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function metricScope(
  ctx: ServiceContext,
  restaurantId: string | undefined,
): Promise<MetricScope> {
  if (restaurantId !== undefined) {
    const { currency } = await authorizedRestaurant(ctx.db, ctx, 'analytics.read', restaurantId);
    return { restaurantId, restaurantIds: [restaurantId], currency };
  }
  const { actor, settings } = ctx;
  if (actor.kind === 'admin' || actor.kind === 'system') {
    return { restaurantId: null, restaurantIds: null, currency: settings.currency };
  }
  if (actor.kind !== 'member') return refuseStranger(actor, 'analytics.read');
  const own = [...new Set(actor.memberships.map((membership) => membership.restaurantId))];
  const [only] = own;
  if (own.length === 1 && only !== undefined) return metricScope(ctx, only);
  return { restaurantId: null, restaurantIds: own, currency: settings.currency };
}

/** The scope's own currency first, the others by name. */
export function byCurrency(scope: MetricScope) {
  return (a: { currency: string }, b: { currency: string }) =>
    Number(b.currency === scope.currency) - Number(a.currency === scope.currency) ||
    (a.currency < b.currency ? -1 : 1);
}
