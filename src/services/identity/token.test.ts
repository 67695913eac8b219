import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenVerifier, TOKEN_ROLES } from './token';

const NOW = new Date('2026-11-23T12:00:00Z');
const NOW_SEC = NOW.getTime() / 1000;
const clock = { now: () => NOW };
const SECRET = 'a-secret-of-at-least-thirty-two-characters';
const key = (secret: string) => new TextEncoder().encode(secret);
const settings = { jwtSecret: SECRET, jwksUrl: undefined, issuer: undefined, audience: undefined };
const verify = createTokenVerifier(settings, clock);

interface Claims {
  role?: unknown;
  sub?: string | null;
  exp?: number | null;
  [claim: string]: unknown;
}

function jwt(claims: Claims = {}, alg = 'HS256'): SignJWT {
  const all = { role: 'ADMIN', sub: 'u1', exp: NOW_SEC + 3600, ...claims };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new SignJWT(given).setProtectedHeader({ alg });
}

describe('with a shared secret', () => {
  it.each(TOKEN_ROLES)('takes a token of the role %s, in any case', async (role) => {
    const token = await jwt({ role: role.toLowerCase() }).sign(key(SECRET));
    expect(await verify(token)).toEqual({ subject: 'u1', role });
  });

  it('tells an expired token from an invalid one, so that clients refresh only then', async () => {
    const token = await jwt({ exp: NOW_SEC - 60 }).sign(key(SECRET));
    await expect(verify(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['signed with another secret', () => jwt().sign(key(`${SECRET}x`))],
    ['signed with HS512', () => jwt({}, 'HS512').sign(key(SECRET.repeat(2)))],
    ['with alg none', () => new UnsecuredJWT({ role: 'ADMIN', sub: 'u1', exp: NOW_SEC + 60 }).encode()],
    ['whose payload was changed', async () => swapPayload(await jwt({ role: 'CUSTOMER' }).sign(key(SECRET)))],
    ['without its signature', async () => (await jwt().sign(key(SECRET))).replace(/[^.]+$/, '')],
    ['without an expiry', () => jwt({ exp: null }).sign(key(SECRET))],
    ['without a subject', () => jwt({ sub: null }).sign(key(SECRET))],
    ['with an empty subject', () => jwt({ sub: '' }).sign(key(SECRET))],
    ['with a subject too long to store', () => jwt({ sub: 'u'.repeat(256) }).sign(key(SECRET))],
    ['with a subject that no database holds', () => jwt({ sub: 'a\0b' }).sign(key(SECRET))],
    ['without a role', () => jwt({ role: null }).sign(key(SECRET))],
    ['with an unknown role', () => jwt({ role: 'ROOT' }).sign(key(SECRET))],
    ['with several roles', () => jwt({ role: ['ADMIN'] }).sign(key(SECRET))],
    ['not valid yet', () => jwt({ nbf: NOW_SEC + 600 }).sign(key(SECRET))],
    ['that is no token', () => 'x.y.z'],
    ['that is empty', () => ''],
  ])('refuses a token %s', async (_name, make) => {
    await expect(verify(await make())).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('takes the previous secret’s tokens while one is named, and nobody else’s', async () => {
    const rotating = createTokenVerifier({ ...settings, previousJwtSecret: `${SECRET}-before` }, clock);
    const before = await jwt().sign(key(`${SECRET}-before`));
    expect(await rotating(before)).toEqual({ subject: 'u1', role: 'ADMIN' });
    expect(await rotating(await jwt().sign(key(SECRET)))).toEqual({ subject: 'u1', role: 'ADMIN' });
    const invalid = { code: 'TOKEN_INVALID' };
    await expect(verify(before)).rejects.toMatchObject(invalid);
    await expect(rotating(await jwt().sign(key(`${SECRET}-other`)))).rejects.toMatchObject(invalid);
    await expect(rotating(await jwt({ role: 'ROOT' }).sign(key(SECRET)))).rejects.toMatchObject(invalid);
    const over = await jwt({ exp: NOW_SEC - 60 }).sign(key(`${SECRET}-before`));
    await expect(rotating(over)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('holds the token to the configured issuer and audience', async () => {
    const strict = createTokenVerifier({ ...settings, issuer: 'platform', audience: 'payments' }, clock);
    const good = await jwt({ iss: 'platform', aud: 'payments' }).sign(key(SECRET));
    expect(await strict(good)).toMatchObject({ subject: 'u1' });
    for (const claims of [{}, { iss: 'platform' }, { iss: 'other', aud: 'payments' }]) {
      await expect(strict(await jwt(claims).sign(key(SECRET)))).rejects.toMatchObject({
        code: 'TOKEN_INVALID',
      });
    }
  });
});

describe('with public keys', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer((request, response) => {
    if (request.url !== '/keys') return void response.writeHead(500).end();
    void exportJWK(publicKey).then((jwk) =>
      response.end(JSON.stringify({ keys: [{ ...jwk, alg: 'RS256', kid: 'k1' }] })),
    );
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('takes a token of the platform’s key', async () => {
    const byKeys = createTokenVerifier({ ...settings, jwksUrl: `${base}/keys` }, clock);
    expect(await byKeys(await jwt({}, 'RS256').sign(privateKey))).toEqual({ subject: 'u1', role: 'ADMIN' });
  });

  it('refuses the public key passed off as a shared secret', async () => {
    const byKeys = createTokenVerifier({ ...settings, jwksUrl: `${base}/keys` }, clock);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await expect(byKeys(await jwt().sign(key(pem)))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(byKeys(await jwt().sign(key(SECRET)))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('does not call a token bad when the keys cannot be fetched: a 401 would log everyone out', async () => {
    const byKeys = createTokenVerifier({ ...settings, jwksUrl: `${base}/broken` }, clock);
    const failure = byKeys(await jwt({}, 'RS256').sign(privateKey));
    await expect(failure).rejects.not.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

/** The signed token with the role in its payload raised, and a signature by someone else's secret. */
function swapPayload(token: string): string {
  const [header] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ role: 'ADMIN', sub: 'u1', exp: NOW_SEC + 60 })).toString(
    'base64url',
  );
  const forged = createHmac('sha256', 'guess').update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${forged}`;
}
