import type { IncomingMessage } from 'node:http';
import { type ApiError, unauthorized } from '../errors';

export type KeyKind = 'secret' | 'publishable';

function keyOf(request: IncomingMessage, formKey: string | undefined): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return formKey;
  if (header.startsWith('Bearer ')) return header.slice(7).trim();
  if (!header.startsWith('Basic ')) return undefined;
  return Buffer.from(header.slice(6), 'base64').toString('utf8').split(':')[0];
}

function refusal(key: string): ApiError {
  if (/^[a-z]+_live_/.test(key)) {
    return unauthorized(
      'This is the Stripe simulator of Tabsy: it refuses live keys. Use a key of test mode.',
    );
  }
  return unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****`);
}

/**
 * The kind of the key that a request carries: bearer, basic, or (Stripe.js) the form's `key`. Any test key
 * is good; live keys are refused whatever they ask.
 */
export function authenticate(request: IncomingMessage, formKey: string | undefined): KeyKind {
  const key = keyOf(request, formKey);
  if (key === undefined || key === '') {
    throw unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using ' +
        "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^(sk|rk)_test_./.test(key)) return 'secret';
  if (/^pk_test_./.test(key)) return 'publishable';
  throw refusal(key);
}

/** Refuses what a browser's key may not do. */
export function secretKeyRequired(): ApiError {
  return unauthorized(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list ' +
      'of your API keys at https://dashboard.stripe.com/account/apikeys.',
    'secret_key_required',
  );
}
