import type { Sql } from '@/db/sql';
import { readOptOut } from '@/db/sql/notifications';
import { readRestaurantSettings } from '../restaurant-settings';
import { addressKey } from './address';
import type { DueNotification } from './compose';
import type { NotificationKind } from './queue';

/** Who does not want a mail, and why. */
interface Unwanted {
  by: 'RESTAURANT' | 'READER';
  why: string;
}

/** Why a mail is not wanted; null: it is. The restaurant decides about its guests' mails, each reader about their own. */
export async function whyUnwanted(
  sql: Sql,
  mail: Pick<DueNotification, 'kind' | 'restaurantId'> & { email: string },
): Promise<Unwanted | null> {
  const settings = await readRestaurantSettings(sql, mail.restaurantId);
  if (GUEST_MAILS.includes(mail.kind) && !settings.guestNotificationsEnabled)
    return { by: 'RESTAURANT', why: 'the restaurant sends its guests no mails' };
  if (mail.kind === 'SHARE_REMINDER' && !settings.splitRemindersEnabled)
    return { by: 'RESTAURANT', why: 'the restaurant sends no reminders' };
  const optOut = await sql.maybeOne(readOptOut, [addressKey(mail.email), mail.restaurantId]);
  return optOut === null ? null : { by: 'READER', why: 'the reader has opted out' };
}

const GUEST_MAILS: readonly NotificationKind[] = ['PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'PAYMENT_REFUNDED'];
