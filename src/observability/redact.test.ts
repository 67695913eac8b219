import { describe, expect, it } from 'vitest';
import { createLogger } from './logger';
import { createRedactor, REDACTED } from './redact';

const WEBHOOK_SECRET = 'whsec_configured_secret_value';
const DATABASE_PASSWORD = 'correct-horse-battery';
const GUEST_ID = 'a3'.repeat(32);
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl';
const redactor = createRedactor([WEBHOOK_SECRET, DATABASE_PASSWORD]);

/** What one log call writes. */
function logged(fields: Record<string, unknown>, message = 'm'): string {
  let line = '';
  const destination = {
    write: (text: string) => {
      line += text;
    },
  };
  createLogger({ level: 'debug', secrets: [WEBHOOK_SECRET, DATABASE_PASSWORD], destination }).info(
    fields,
    message,
  );
  return line;
}

describe('log lines never hold', () => {
  it.each([
    ['a card number', '4242424242424242'],
    ['a card number with spaces', '4242 4242 4242 4242'],
    ['a card number with dashes', '5555-5555-5555-4444'],
    ['an American Express number', '378282246310005'],
    ['a client secret', 'pi_3Abc_secret_Xyz123'],
    ['a JWT', JWT],
    ['a bearer header', 'Bearer abc.def-ghi'],
    ['a Stripe key', 'sk_test_51Habcdef'],
    ['a configured secret', WEBHOOK_SECRET],
    ['a database password', DATABASE_PASSWORD],
    ['a guest id', GUEST_ID],
    ['a payer key', `guest:${GUEST_ID}`],
    ['a short payer key', 'guest:abc123'],
  ])('%s, wherever it stands', (_name, secret) => {
    const error = new Error(`failed with ${secret}`, { cause: new Error(secret) });
    const line = logged(
      { text: secret, list: [secret], deep: { a: { b: `x ${secret} y` } }, err: error },
      `about ${secret}`,
    );
    expect(line).not.toContain(secret);
  });

  it.each([
    'authorization',
    'Cookie',
    'set-cookie',
    'X-Session-Id',
    'client_secret',
    'clientSecret',
    'guestSessionId',
  ])('the field %s, whatever it holds', (field) => {
    expect(redactor.fields({ [field]: 'plain' })).toEqual({ [field]: REDACTED });
    expect(redactor.fields({ headers: new Headers([['cookie', 'plain']]) })).toEqual({
      headers: { cookie: REDACTED },
    });
  });

  it('a card number that is a number', () => {
    expect(logged({ card: 4242424242424242 })).not.toContain('4242424242424242');
  });

  it('anything of a structure too deep to check', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    expect(logged({ cyclic })).toContain('[deep]');
  });
});

describe('what is needed to find a mistake stays', () => {
  it.each([
    ['a UUID', '01970a5e-7d4c-7b3a-9c55-5d2f4e6b7a81'],
    ['a UUID of digits', '51970555-7444-7333-9555-552444666781'],
    ['milliseconds since 1970', '1795400515000'],
    ['digits that are no card', '4242424242424241'],
    ['an intent id', 'pi_3AbcDef'],
    ["a guest's public id", 'guest:01970a5e-7d4c-7b3a-9c55-5d2f4e6b7a81'],
  ])('%s', (_name, text) => {
    expect(logged({ text })).toContain(text);
  });

  it('an error with its kind, code and place', () => {
    const line = logged({ err: Object.assign(new TypeError('boom'), { code: 'X1' }) });
    expect(JSON.parse(line).err).toMatchObject({ type: 'TypeError', message: 'boom', code: 'X1' });
    expect(line).toContain('redact.test');
  });
});
