import { SignJWT } from 'jose';
import type { Env } from '@/env';
import type { TokenRole } from '@/services/identity/token';

/**
 * A token as the platform would sign it. `ttl` as jose reads it, e.g. `8h`.
 * @throws Error when only the platform can sign (JWT_JWKS_URL)
 */
export async function signToken(
  auth: Env['auth'],
  claims: { role: TokenRole; subject: string; ttl: string },
): Promise<string> {
  const { jwtSecret, issuer, audience } = auth;
  if (!jwtSecret) {
    throw new Error('JWT_JWKS_URL is set: only the platform can sign tokens. Unset it and set JWT_SECRET.');
  }
  const token = new SignJWT({ role: claims.role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.subject)
    .setIssuedAt()
    .setExpirationTime(claims.ttl);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(jwtSecret));
}
