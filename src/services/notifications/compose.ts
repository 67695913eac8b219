import type { Sql } from '@/db/sql';
import { readMailFacts } from '@/db/sql/notifications';
import { assertCurrency, formatMinor } from '@/domain/money';
import { isCaptured, type PaymentStatus } from '@/domain/payment/status';
import type { Mail } from '../ports';
import type { NotificationKind } from './queue';
import { disputeOpened } from './texts/dispute-opened';
import type { Text } from './texts/facts';
import { paymentCompleted } from './texts/payment-completed';
import { paymentFailed } from './texts/payment-failed';
import { paymentRefunded } from './texts/payment-refunded';
import { shareReminder } from './texts/share-reminder';

/** A mail in hand, as src/db/sql/notifications.ts answers it. `email` null: its reader has no address. */
export type DueNotification = {
  id: string;
  kind: NotificationKind;
  restaurantId: string;
  paymentId: string | null;
  /** `amountMinor` and `currency` instead of the payment's; `dueBySec`: the last second for evidence. */
  details: Record<string, string | number | boolean | null>;
  attempts: number;
  optOutToken: string;
  email: string | null;
};

const TEXTS: Record<NotificationKind, Text> = {
  PAYMENT_COMPLETED: paymentCompleted,
  PAYMENT_FAILED: paymentFailed,
  PAYMENT_REFUNDED: paymentRefunded,
  SHARE_REMINDER: shareReminder,
  DISPUTE_OPENED: disputeOpened,
};

type Facts = {
  restaurantName: string;
  locale: string;
  timeZone: string;
  currency: string;
  status: PaymentStatus | null;
  totalMinor: number | null;
  paymentCurrency: string | null;
  receiptUrl: string | null;
  receiptNumber: string | null;
  failureReason: string | null;
  orderNumber: string | null;
};

/** The mail as it stands now. Null: what it was to say is no longer so. */
export async function compose(
  sql: Sql,
  publicUrl: string,
  due: DueNotification & { email: string },
): Promise<Mail | null> {
  const facts = await sql.one<Facts>(readMailFacts, [due.restaurantId, due.paymentId]);
  if (isOvertaken(due.kind, facts.status)) return null;
  const locale = usableLocale(facts.locale);
  const { amountMinor, currency, dueBySec } = due.details;
  const code = typeof currency === 'string' ? currency : (facts.paymentCurrency ?? facts.currency);
  const minor = typeof amountMinor === 'number' ? amountMinor : (facts.totalMinor ?? 0);
  const text = TEXTS[due.kind]({
    restaurantName: facts.restaurantName,
    orderNumber: facts.orderNumber,
    amount: formatMinor(minor, assertCurrency(code), locale),
    receiptNumber: facts.receiptNumber,
    receiptUrl: facts.receiptUrl === null ? null : `${publicUrl}${facts.receiptUrl}`,
    reason: facts.failureReason,
    deadline: typeof dueBySec === 'number' ? dayIn(dueBySec, facts.timeZone, locale) : null,
  });
  const unsubscribeUrl = `${publicUrl}/n/${due.optOutToken}`;
  return {
    messageId: `<${due.id}@${new URL(publicUrl).hostname}>`,
    to: due.email,
    subject: text.subject,
    text: [...text.paragraphs, `No more mails about payments at ${facts.restaurantName}: ${unsubscribeUrl}`]
      .join('\n\n')
      .concat('\n'),
    unsubscribeUrl,
  };
}

/** A failure that was followed by success, or a reminder of what was paid, would only confuse. */
function isOvertaken(kind: NotificationKind, status: PaymentStatus | null): boolean {
  if (status === null) return false;
  if (kind === 'PAYMENT_FAILED') return isCaptured(status);
  return kind === 'SHARE_REMINDER' && (isCaptured(status) || status === 'CANCELLED');
}

function dayIn(atSec: number, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(atSec * 1000));
}

/** The platform's locale if Intl knows it: a mail must not fail on a misspelt one. */
function usableLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}
