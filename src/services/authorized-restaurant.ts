import type { Sql } from '@/db/sql';
import { readRestaurantRules } from '@/db/sql/restaurants';
import { type Action, authorize, refuseStranger } from './authorize';
import type { ServiceContext } from './context';
import { notVisible } from './errors';

/** A restaurant as rules about its money and days need it. */
export type RestaurantRules = {
  restaurantId: string;
  currency: string;
  timeZone: string;
  closingHour: number;
};

/**
 * The restaurant, for an actor who may do this there; inside a transaction or outside.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function authorizedRestaurant(
  sql: Sql,
  ctx: ServiceContext,
  action: Action,
  restaurantId: string,
): Promise<RestaurantRules> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, action);
  authorize(ctx.actor, action, { restaurantId }, 'Restaurant');
  const restaurant = await sql.maybeOne<RestaurantRules>(readRestaurantRules, [restaurantId]);
  if (restaurant === null) throw notVisible('Restaurant');
  return restaurant;
}
