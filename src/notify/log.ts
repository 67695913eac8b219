import type { Logger, Notifier } from '@/services/ports';

/**
 * Writes mails to the log instead of sending them: for development, where the text is what one wants to see. Elsewhere
 * `showsText` is false, as addresses and links do not belong into a log.
 */
export function createLogNotifier(log: Logger, { showsText }: { showsText: boolean }): Notifier {
  return {
    send: async (mail) => {
      const shown = showsText ? { to: mail.to, text: mail.text } : {};
      log.info(
        { messageId: mail.messageId, subject: mail.subject, ...shown },
        'mail, not sent: SMTP_URL is unset',
      );
      return { kind: 'sent' };
    },
  };
}
