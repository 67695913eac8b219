import { insertAudit } from '@/db/sql/audit';
import { lockRestaurant } from '@/db/sql/platform';
import { upsertSettings } from '@/db/sql/restaurant-settings';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { readRestaurantSettings } from './read';
import {
  type ChangeSettingsInput,
  changeSettingsInput,
  type RestaurantSettings,
  type SettingsFields,
  settingsFields,
} from './schemas';

/**
 * Changes what is named and leaves the rest. By the restaurant's owner or an admin; the audit keeps from what to what.
 * @returns the settings as they are now
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED
 */
export async function changeSettings(
  ctx: ServiceContext,
  raw: ChangeSettingsInput,
): Promise<RestaurantSettings> {
  const { idempotencyKey, ...input } = parseInput(changeSettingsInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'settings.change');
  const operation = operationKey(ctx.actor, 'settings.change', idempotencyKey, input);
  const { restaurantId, ...wanted } = input;
  return ctx.db.transaction(async (tx) => {
    const restaurant = await tx.maybeOne(lockRestaurant, [restaurantId]);
    authorize(ctx.actor, 'settings.change', { restaurantId }, 'Restaurant');
    if (restaurant === null) throw notVisible('Restaurant');
    await once(tx, operation, async () => {
      await write(tx, ctx, restaurantId, wanted);
      return { restaurantId };
    });
    return readRestaurantSettings(tx, restaurantId);
  });
}

async function write(
  tx: Tx,
  ctx: ServiceContext,
  restaurantId: string,
  wanted: Partial<SettingsFields>,
): Promise<void> {
  const before = settingsFields.parse(await readRestaurantSettings(tx, restaurantId));
  const after: SettingsFields = { ...before, ...given(wanted) };
  const changes = Object.entries(after)
    .filter(([name, value]) => before[name as keyof SettingsFields] !== value)
    .map(([name, to]) => [name, { from: before[name as keyof SettingsFields], to }]);
  if (changes.length === 0) return;
  await tx.query(upsertSettings, [
    restaurantId,
    after.staffRefundWindowDays,
    after.ownerRefundWindowDays,
    after.staffRefundLimitMinor,
    after.ownerRefundLimitMinor,
    after.splitRemindersEnabled,
    after.guestNotificationsEnabled,
    after.tipPoolRule,
    after.alertFailureRatePercent,
    after.alertPendingMinutes,
    after.alertRefundRatePercent,
  ]);
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    'settings.changed',
    'restaurant',
    restaurantId,
    restaurantId,
    JSON.stringify(Object.fromEntries(changes)),
    ctx.request.id,
  ]);
}

/** Without the fields that were left out, which would overwrite what is set. */
function given(wanted: Partial<SettingsFields>): Partial<SettingsFields> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}
