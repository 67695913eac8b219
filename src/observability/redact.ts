import { isCardNumber, withoutCardNumbers } from '@/domain/card-number';

/** Cuts out of log lines what must never be written: card numbers, secrets, tokens, guest ids. */

export const REDACTED = '[redacted]';

/** Fields whose value is a secret whatever it looks like; compared without case, dashes and underscores. */
const SECRET_FIELDS = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xsessionid',
  'sessionid',
  'guestsessionid',
  'guestid',
  'payerkey',
  'clientsecret',
  'stripesignature',
  'secret',
  'password',
  'token',
  'accesstoken',
  'refreshtoken',
  'apikey',
  'cardnumber',
  'cvc',
  'cvv',
]);

const SECRET_TEXTS: readonly RegExp[] = [
  /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, // JWT
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]+/gi,
  /\b(?:pi|seti|src|cs|pm)_\w+_secret_\w+/g, // Stripe client secrets
  /\b(?:sk|rk)_(?:test|live)_\w+/g,
  /\bwhsec_[\w+/=]+/g,
  /\b[0-9a-f]{64}\b/gi, // guest ids of the platform (legacy-contract.md section 1.2)
  /\bguest:(?!\w{8}-\w{4}-)[^\s"',]+/g, // a payer key; a guest's public id is a UUID and may stay
];

const MAX_DEPTH = 6;

export interface Redactor {
  text(text: string): string;
  fields(fields: Record<string, unknown>): Record<string, unknown>;
}

/** `secrets`: values of the configuration that must not appear anywhere (secretValues in src/env.ts). */
export function createRedactor(secrets: readonly string[]): Redactor {
  // Longest first, so that a secret inside another leaves nothing behind. Very short ones would hit ordinary words.
  const known = [...new Set(secrets)].filter((s) => s.length >= 8).sort((a, b) => b.length - a.length);

  function text(input: string): string {
    let output = input;
    for (const secret of known) if (output.includes(secret)) output = output.replaceAll(secret, REDACTED);
    for (const pattern of SECRET_TEXTS) output = output.replace(pattern, REDACTED);
    return withoutCardNumbers(output, REDACTED);
  }

  function value(input: unknown, depth: number): unknown {
    if (typeof input === 'string') return text(input);
    if (typeof input === 'bigint') return text(String(input));
    if (typeof input === 'number') return input >= 1e12 && isCardNumber(String(input)) ? REDACTED : input;
    if (typeof input !== 'object' || input === null) return typeof input === 'function' ? undefined : input;
    if (depth >= MAX_DEPTH) return '[deep]';
    if (input instanceof Error) return errorFields(input, depth);
    if (input instanceof Date) return input;
    if (input instanceof URL) return text(input.href);
    if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return '[bytes]';
    if (Array.isArray(input)) return input.map((item) => value(item, depth + 1));
    const entries = input instanceof Map || input instanceof Headers ? [...input] : Object.entries(input);
    return object(entries as [string, unknown][], depth);
  }

  function object(entries: Iterable<[string, unknown]>, depth: number): Record<string, unknown> {
    const output: Record<string, unknown> = {};
    for (const [key, item] of entries) {
      const isSecret = SECRET_FIELDS.has(String(key).toLowerCase().replace(/[-_]/g, ''));
      output[key] = isSecret && item !== null && item !== undefined ? REDACTED : value(item, depth + 1);
    }
    return output;
  }

  function errorFields(error: Error, depth: number): Record<string, unknown> {
    const own = object(Object.entries(error), depth);
    const stack = error.stack === undefined ? undefined : text(error.stack);
    const cause = error.cause === undefined ? {} : { cause: value(error.cause, depth + 1) };
    return { ...own, type: error.name, message: text(error.message), stack, ...cause };
  }

  return { text, fields: (fields) => object(Object.entries(fields), 0) };
}
