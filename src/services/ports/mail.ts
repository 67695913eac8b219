/** A mail in plain text. `messageId` is the same for every attempt, so that a mailbox can tell a repeat. */
export interface Mail {
  messageId: string;
  to: string;
  subject: string;
  text: string;
  /** One click away from no more mail (RFC 8058): answers GET for people and POST for mail programs. */
  unsubscribeUrl: string;
}

/**
 * `refused`: it was certainly not sent; `isPermanent` means that a repeat would end alike (no such mailbox). `unknown`:
 * the connection broke after the mail was handed over, so it may have been sent.
 */
export type MailOutcome =
  | { kind: 'sent' }
  | { kind: 'refused'; isPermanent: boolean; detail: string }
  | { kind: 'unknown'; detail: string };

export interface Notifier {
  /** Never throws for what the mail server or the way to it does. */
  send(mail: Mail): Promise<MailOutcome>;
}
