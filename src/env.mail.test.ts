import { describe, expect, it } from 'vitest';
import { EnvError, loadEnv, secretValues } from './env';

const load = (variables: Record<string, string>) => loadEnv({ NODE_ENV: 'test', ...variables });
const SMTP_URL = 'smtp://tabsy:s3cret-password@mail.example.com:587';

describe('the mail server', () => {
  it('is none by default: mails go to the log', () => {
    expect(load({}).mail).toEqual({ smtpUrl: undefined, from: undefined, timeoutMs: 10_000 });
  });

  it.each(['receipts@example.com', 'Tabsy <receipts@example.com>'])('sends as %s', (MAIL_FROM) => {
    expect(load({ SMTP_URL, MAIL_FROM }).mail).toMatchObject({ smtpUrl: SMTP_URL, from: MAIL_FROM });
  });

  it.each([
    [{ SMTP_URL }, 'MAIL_FROM is missing'],
    [{ SMTP_URL: 'https://mail.example.com', MAIL_FROM: 'a@example.com' }, 'SMTP_URL must be an address'],
    [{ SMTP_URL, MAIL_FROM: 'a@example.com\nBcc: b@example.com' }, 'MAIL_FROM must be an address'],
    [{ SMTP_URL, MAIL_FROM: 'nobody' }, 'MAIL_FROM must be an address'],
  ])('refuses %o', (source, problem) => {
    expect(() => load(source)).toThrow(EnvError);
    expect(() => load(source)).toThrow(problem);
  });

  it('keeps its password out of the log', () => {
    expect(secretValues(load({ SMTP_URL, MAIL_FROM: 'a@example.com' }))).toContain('s3cret-password');
  });
});
