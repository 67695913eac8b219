import type { Sql } from '@/db/sql';
import { readSettings } from '@/db/sql/restaurant-settings';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import {
  type GetSettingsInput,
  getSettingsInput,
  type RestaurantSettings,
  type SettingsFields,
} from './schemas';

/** Of a restaurant that never set anything. Stripe gives back to cards for about half a year. */
export const DEFAULT_SETTINGS: SettingsFields = {
  staffRefundWindowDays: 180,
  ownerRefundWindowDays: 180,
  staffRefundLimitMinor: null,
  ownerRefundLimitMinor: null,
  splitRemindersEnabled: true,
  guestNotificationsEnabled: true,
  tipPoolRule: 'NONE',
  alertFailureRatePercent: null,
  alertPendingMinutes: null,
  alertRefundRatePercent: null,
};

/** A restaurant's settings for rules that need them, inside a transaction (`tx`) or outside (`db`). No check of who asks. */
export async function readRestaurantSettings(sql: Sql, restaurantId: string): Promise<RestaurantSettings> {
  const row = await sql.maybeOne<SettingsFields & { version: number; updatedAt: Date }>(readSettings, [
    restaurantId,
  ]);
  if (row === null) return { ...DEFAULT_SETTINGS, version: 0, updatedAt: null };
  return { ...row, updatedAt: row.updatedAt.toISOString() };
}

/** What a restaurant has set, for its people and admins. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getSettings(ctx: ServiceContext, raw: GetSettingsInput): Promise<RestaurantSettings> {
  const { restaurantId } = parseInput(getSettingsInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'settings.read');
  authorize(ctx.actor, 'settings.read', { restaurantId }, 'Restaurant');
  const isKnown = await ctx.prisma.restaurant.count({ where: { id: restaurantId } });
  if (isKnown === 0) throw notVisible('Restaurant');
  return readRestaurantSettings(ctx.db, restaurantId);
}
