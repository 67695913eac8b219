import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKey, startTestApp, type TestApp } from '../../support/app';
import { CLIENT, type OidcProvider, startOidcProvider } from './oidc-provider';
import { openBrowser, PASSWORD } from './support';

let provider: OidcProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startOidcProvider();
  app = await startTestApp({
    env: {
      OIDC_ISSUER_URL: provider.url,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      // Who comes by a provider has that one's second factor.
      ADMIN_SECOND_FACTOR_REQUIRED: 'true',
    },
  });
});
afterAll(async () => {
  await app.stop();
  await provider.stop();
});
beforeEach(() => app.database.pool.query('DELETE FROM login_attempts'));

async function known(): Promise<{ id: string; email: string }> {
  const email = `admin-${newKey()}@example.com`;
  const id = await app.server.app.login.savePerson({
    email,
    name: 'Ada',
    password: PASSWORD,
    role: 'admin',
    platformUserId: null,
  });
  return { id, email };
}

/** From the button to where the browser ends up, through the provider. */
async function signInThere(change: (callback: URL) => void = () => undefined) {
  const page = openBrowser(app.url);
  const asked = await page.send('/api/auth/sign-in/social', { provider: 'oidc', callbackURL: '/admin' });
  const { url } = (await asked.json()) as { url: string };
  const sent = await fetch(url, { redirect: 'manual' });
  const callback = new URL(sent.headers.get('location') ?? '');
  change(callback);
  const back = await page.send(`${callback.pathname}${callback.search}`);
  return { page, url: new URL(url), callback, location: back.headers.get('location') };
}

test('somebody who is known here by e-mail signs in through the provider, with PKCE and a nonce, and it is in the audit', async () => {
  const { id, email } = await known();
  provider.person = { sub: `sub-${id}`, email, email_verified: true, name: 'Ada' };
  const { page, url, callback, location } = await signInThere();
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(url.searchParams.get('nonce')).not.toBeNull();
  expect(callback.origin).toBe(new URL(app.url).origin);
  expect(location).toMatch(/\/admin$/);
  expect((await page.inbox()).status).toBe(200);
  const { rows } = await app.database.pool.query(
    `SELECT action FROM audit_log WHERE subject_type = 'login_person' AND subject_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ action: 'login' }]);
  // The same person again: no second account.
  expect((await (await signInThere()).page.inbox()).status).toBe(200);
  const accounts = await app.database.pool.query(
    'SELECT provider_id FROM login_accounts WHERE person_id = $1 ORDER BY provider_id',
    [id],
  );
  expect(accounts.rows).toEqual([{ provider_id: 'credential' }, { provider_id: 'oidc' }]);
});

test('who signed in by password still needs the second factor, whatever the provider knows of them', async () => {
  const { id, email } = await known();
  provider.person = { sub: `sub-${id}`, email, email_verified: true, name: 'Ada' };
  await signInThere();
  const page = openBrowser(app.url);
  await page.signIn(email);
  expect((await page.inbox()).status).toBe(403);
});

test('who is not known here does not get in, and is not made', async () => {
  const email = `stranger-${newKey()}@example.com`;
  provider.person = { sub: 'sub-stranger', email, email_verified: true, name: 'Eve' };
  const { page, location } = await signInThere();
  expect(location).toContain('error');
  expect((await page.inbox()).status).toBe(401);
  expect(await app.server.app.login.knows(email)).toBe(false);
});

test('an e-mail that the provider has not verified opens nobody’s account', async () => {
  const { email } = await known();
  provider.person = { sub: 'sub-unverified', email, email_verified: false, name: 'Eve' };
  const { page } = await signInThere();
  expect((await page.inbox()).status).toBe(401);
});

test('a callback with another state, or without the browser that asked, opens nothing', async () => {
  const { id, email } = await known();
  provider.person = { sub: `sub-${id}`, email, email_verified: true, name: 'Ada' };
  const forged = await signInThere((callback) => callback.searchParams.set('state', 'forged'));
  expect((await forged.page.inbox()).status).toBe(401);
  const asked = await openBrowser(app.url).send('/api/auth/sign-in/social', {
    provider: 'oidc',
    callbackURL: '/admin',
  });
  const sent = await fetch(((await asked.json()) as { url: string }).url, { redirect: 'manual' });
  const callback = new URL(sent.headers.get('location') ?? '');
  const victim = openBrowser(app.url);
  await victim.send(`${callback.pathname}${callback.search}`);
  expect((await victim.inbox()).status).toBe(401);
});
