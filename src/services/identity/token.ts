import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { ServiceError } from '@/services/errors';
import type { Clock } from '@/services/ports';

export const TOKEN_ROLES = ['ADMIN', 'RESTAURANT_OWNER', 'RESTAURANT_STAFF', 'CUSTOMER', 'SERVICE'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** What the platform's JWT says. Memberships are not part of it: they come from the database (decision 5). */
export interface TokenClaims {
  subject: string;
  role: TokenRole;
}

export interface TokenSettings {
  /** HS256 secret; ignored when `jwksUrl` is set. */
  jwtSecret: string | undefined;
  /** The one before, while tokens of it are still about. */
  previousJwtSecret?: string | undefined;
  jwksUrl: string | undefined;
  issuer: string | undefined;
  audience: string | undefined;
}

/** Checks a token. Throws ServiceError TOKEN_INVALID or TOKEN_EXPIRED. */
export type TokenVerifier = (token: string) => Promise<TokenClaims>;

const CLOCK_TOLERANCE_SEC = 5;
const JWKS_TIMEOUT_MS = 3_000;
const JWKS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
];

/**
 * The configuration, never the token's header, decides between a shared secret (HS256 only) and public keys
 * (asymmetric only), so a public key can not be passed off as a secret.
 */
export function createTokenVerifier(settings: TokenSettings, clock: Clock): TokenVerifier {
  const options: JWTVerifyOptions = {
    issuer: settings.issuer,
    audience: settings.audience,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_SEC,
  };
  const verify = settings.jwksUrl
    ? withPublicKeys(settings.jwksUrl, options)
    : withSecrets([settings.jwtSecret, settings.previousJwtSecret], options);

  return async (token) => {
    try {
      return claimsOf(await verify(token, clock.now()));
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

type Verify = (token: string, now: Date) => Promise<JWTPayload>;

function withSecrets(given: readonly (string | undefined)[], options: JWTVerifyOptions): Verify {
  const [first, ...older] = given.flatMap((secret) => (secret ? [withSecret(secret)] : []));
  if (!first) throw new Error('Neither JWT_SECRET nor JWT_JWKS_URL is set: tokens cannot be verified.');
  return async (token, now) => {
    let verifying = first(token, now, options);
    for (const verify of older) {
      // Anything but a foreign signature is the token's own fault, whoever signed it.
      verifying = verifying.catch((error: unknown) => {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        return verify(token, now, options);
      });
    }
    return verifying;
  };
}

function withSecret(secret: string) {
  const key = crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  return async (token: string, now: Date, options: JWTVerifyOptions): Promise<JWTPayload> =>
    (await jwtVerify(token, await key, { ...options, algorithms: ['HS256'], currentDate: now })).payload;
}

function withPublicKeys(url: string, options: JWTVerifyOptions): Verify {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: JWKS_TIMEOUT_MS });
  return async (token, now) =>
    (await jwtVerify(token, keys, { ...options, algorithms: JWKS_ALGORITHMS, currentDate: now })).payload;
}

function claimsOf(payload: JWTPayload): TokenClaims {
  const role = typeof payload.role === 'string' ? payload.role.toUpperCase() : '';
  const known = TOKEN_ROLES.find((candidate) => candidate === role);
  if (!known) throw invalid(`Its role claim must be one of ${TOKEN_ROLES.join(', ')}.`);
  if (!payload.sub || payload.sub.length > 255 || payload.sub.includes('\0'))
    throw invalid('Its sub claim must be 1 to 255 characters.');
  return { subject: payload.sub, role: known };
}

/** Keys out of reach are our trouble, not the token's: a 401 would make the frontends forget a good token. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  if (error instanceof errors.JWTExpired) {
    return new ServiceError('TOKEN_EXPIRED', 'The token has expired. Sign in again.', { cause: error });
  }
  const isKeyTrouble = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (isKeyTrouble || !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') {
    return new ServiceError(
      'IDENTITY_UNAVAILABLE',
      'Logins cannot be checked right now. Try again shortly.',
      {
        cause: error,
      },
    );
  }
  return invalid('Send the token that the platform issued, unchanged.', error);
}

function invalid(hint: string, cause?: unknown): ServiceError {
  return new ServiceError('TOKEN_INVALID', `The token is not valid. ${hint}`, { cause });
}
