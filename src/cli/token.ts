// Prints a signed token for trying the API: npm run token -- --role staff --user u1 --ttl 8h
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { env } from '@/env';
import type { TokenRole } from '@/trpc/token';

const ROLES: Readonly<Record<string, TokenRole>> = {
  admin: 'ADMIN',
  owner: 'RESTAURANT_OWNER',
  staff: 'RESTAURANT_STAFF',
  customer: 'CUSTOMER',
  service: 'SERVICE',
};

const { values } = parseArgs({
  options: {
    role: { type: 'string', default: 'admin' },
    user: { type: 'string' },
    ttl: { type: 'string', default: '1h' },
  },
});

const role = ROLES[values.role.toLowerCase()];
const { jwtSecret, issuer, audience } = env().auth;
if (!role) fail(`--role must be one of ${Object.keys(ROLES).join(', ')}.`);
if (!/^\d+\s?(s|m|h|d)$/.test(values.ttl)) fail('--ttl must be a number with s, m, h or d, e.g. 8h.');
if (!jwtSecret) fail('JWT_JWKS_URL is set: only the platform can sign tokens. Unset it, or set JWT_SECRET.');

const token = new SignJWT({ role })
  .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  .setSubject(values.user ?? `dev-${values.role.toLowerCase()}`)
  .setIssuedAt()
  .setExpirationTime(values.ttl);
if (issuer) token.setIssuer(issuer);
if (audience) token.setAudience(audience);
console.log(await token.sign(new TextEncoder().encode(jwtSecret)));

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
