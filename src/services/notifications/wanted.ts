import type { Sql } from '@/db/sql';
import { readOptOut } from '@/db/sql/notifications';
import { readRestaurantSettings } from '../restaurant-settings';
import { addressKey } from './address';
import type { DueNotification } from './compose';
import type { NotificationKind } from './queue';

/** Why a mail is not wanted; null: it is. The restaurant decides about its guests' mails, each reader about their own. */
export async function whyUnwanted(
  sql: Sql,
  due: DueNotification & { email: string },
): Promise<string | null> {
  const settings = await readRestaurantSettings(sql, due.restaurantId);
  if (GUEST_MAILS.includes(due.kind) && !settings.guestNotificationsEnabled)
    return 'the restaurant sends its guests no mails';
  if (due.kind === 'SHARE_REMINDER' && !settings.splitRemindersEnabled)
    return 'the restaurant sends no reminders';
  const optOut = await sql.maybeOne(readOptOut, [addressKey(due.email), due.restaurantId]);
  return optOut === null ? null : 'the reader has opted out';
}

const GUEST_MAILS: readonly NotificationKind[] = ['PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'PAYMENT_REFUNDED'];
