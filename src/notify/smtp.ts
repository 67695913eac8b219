import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailOutcome, Notifier } from '@/services/ports';

export interface SmtpOptions {
  /** smtp://user:password@host:587, or smtps:// for TLS from the first byte. */
  url: string;
  /** The sender, e.g. `Tabsy <receipts@example.com>`. */
  from: string;
  /** Of each step: connecting, the greeting, silence in between. */
  timeoutMs: number;
}

/**
 * Mail by SMTP, a connection each. Nodemailer's transport does not tell a connection that was lost before the mail was handed
 * over from one lost afterwards, and only the second may not be repeated; hence its connection is used directly.
 */
export function createSmtpNotifier(options: SmtpOptions): Notifier {
  return {
    send: async (mail) => {
      const message = new MailComposer({
        from: options.from,
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        messageId: mail.messageId,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'List-Unsubscribe': `<${mail.unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      }).compile();
      const connection = connect(options);
      try {
        return await deliver(connection, options, {
          envelope: message.getEnvelope(),
          body: await message.build(),
        });
      } finally {
        connection.close();
      }
    },
  };
}

/** Connects and signs in as before a mail, and sends none. @returns what went wrong, null when nothing did */
export async function trySmtp(options: Omit<SmtpOptions, 'from'>): Promise<string | null> {
  const connection = connect(options);
  try {
    await prepared(connection, options);
    return null;
  } catch (error) {
    return detailOf(error);
  } finally {
    connection.close();
  }
}

type Envelope = Parameters<SMTPConnection['send']>[0];

async function deliver(
  connection: SMTPConnection,
  options: SmtpOptions,
  message: { envelope: Envelope; body: Buffer },
): Promise<MailOutcome> {
  try {
    await prepared(connection, options);
  } catch (error) {
    return { kind: 'refused', isPermanent: false, detail: detailOf(error) };
  }
  try {
    await step(connection, (done) => connection.send(message.envelope, message.body, done));
    return { kind: 'sent' };
  } catch (error) {
    const code = responseCodeOf(error);
    // An answer is an answer; silence after the mail was handed over is none (RFC 5321, 4.2.1: 5yz is permanent).
    if (code !== null) return { kind: 'refused', isPermanent: code >= 500, detail: detailOf(error) };
    return { kind: 'unknown', detail: detailOf(error) };
  }
}

/** Connected and signed in. Nothing was sent before this is over. */
async function prepared(connection: SMTPConnection, { url }: Pick<SmtpOptions, 'url'>): Promise<void> {
  await step(connection, (done) => connection.connect(done));
  const auth = parseConnectionUrl(url).auth;
  if (auth) await step(connection, (done) => connection.login(auth, done));
}

function connect({ url, timeoutMs }: Omit<SmtpOptions, 'from'>): SMTPConnection {
  const { host, port, secure, requireTLS, auth } = parseConnectionUrl(url);
  const isHere = host === 'localhost' || host === '127.0.0.1' || host === '::1';
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    // A password never crosses a network in the clear, whatever the server offers.
    requireTLS: requireTLS === true || (auth !== undefined && !isHere && secure !== true),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  // What fails between two steps shows in the next one; without a listener it would end the process.
  connection.on('error', () => undefined);
  return connection;
}

/** One step of the conversation; a failure of the connection meanwhile ends it. */
function step(
  connection: SMTPConnection,
  run: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    connection.once('error', fail);
    run((error) => {
      connection.off('error', fail);
      if (error) reject(error);
      else resolve();
    });
  });
}

function responseCodeOf(error: unknown): number | null {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
    ? error.responseCode
    : null;
}

/** What the server said goes to the log and the row; addresses in it are cut out, as rows keep none. */
function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/[^\s<>]+@[^\s<>]+/g, '<address>').slice(0, MAX_DETAIL_LENGTH);
}

const MAX_DETAIL_LENGTH = 300;
