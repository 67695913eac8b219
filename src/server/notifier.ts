import type { Env } from '@/env';
import { createLogNotifier, createSmtpNotifier } from '@/notify';
import type { Logger, Notifier } from '@/services/ports';

/** Sends by SMTP where it is configured, else into the log: in production without the text, which tells who paid what. */
export function createNotifier({ mail, production }: Env, log: Logger): Notifier {
  const { smtpUrl: url, from, timeoutMs } = mail;
  return url !== undefined && from !== undefined
    ? createSmtpNotifier({ url, from, timeoutMs })
    : createLogNotifier(log, { showsText: !production });
}
