import { z } from 'zod';
import { TIP_POOL_RULES } from '@/domain/tip-pool';
import { amountMinor, idempotencyKey, platformId } from '../payments/schemas';

const windowDays = z.int().min(0).max(3650).nullable();
const alertPercent = z.int().min(1).max(100).nullable();

/** What a restaurant may set. Limits in minor units of its currency; null: none. */
export const settingsFields = z.object({
  /** How many days after completion a role may still refund a payment. */
  staffRefundWindowDays: windowDays,
  ownerRefundWindowDays: windowDays,
  /** The most of one payment that may have been refunded once a refund of this role is done. */
  staffRefundLimitMinor: amountMinor.nullable(),
  ownerRefundLimitMinor: amountMinor.nullable(),
  /** Whether participants of a split may be reminded of their share. */
  splitRemindersEnabled: z.boolean(),
  /** Whether guests are told of payments, failures and refunds. */
  guestNotificationsEnabled: z.boolean(),
  /** How a business day's tips are shared; NONE: everybody keeps their own. */
  tipPoolRule: z.enum(TIP_POOL_RULES),
  /** From where on alerts about this restaurant open; null: as the platform has it. */
  alertFailureRatePercent: alertPercent,
  alertPendingMinutes: z.int().min(1).max(100_000).nullable(),
  alertRefundRatePercent: alertPercent,
});
export type SettingsFields = z.output<typeof settingsFields>;

export const getSettingsInput = z.object({ restaurantId: platformId });
export type GetSettingsInput = z.input<typeof getSettingsInput>;

/** What is left out stays as it is. */
export const changeSettingsInput = settingsFields
  .partial()
  .extend({ restaurantId: platformId, idempotencyKey });
export type ChangeSettingsInput = z.input<typeof changeSettingsInput>;

/** `version` 0: nothing was ever set, these are the defaults. */
export interface RestaurantSettings extends SettingsFields {
  version: number;
  /** ISO 8601 UTC. */
  updatedAt: string | null;
}
