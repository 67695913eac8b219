import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKey, type SeededRestaurant, seedRestaurant, startTestApp, type TestApp } from '../../support/app';
import { codeOf, openBrowser, PASSWORD } from './support';

let app: TestApp;
let restaurant: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp();
  restaurant = await seedRestaurant(await app.asService());
});
afterAll(() => app.stop());
// Each test counts its own attempts.
beforeEach(() => app.database.pool.query('DELETE FROM login_attempts'));

async function person(role: 'admin' | 'owner' = 'admin') {
  const email = `${role}-${newKey()}@example.com`;
  const platformUserId = role === 'admin' ? null : restaurant.ownerId;
  const id = await app.server.app.login.savePerson({
    email,
    name: 'Ada',
    password: PASSWORD,
    role,
    platformUserId,
  });
  return { id, email };
}

const browser = (origin = app.url) => openBrowser(app.url, origin);

const facts = async (personId: string) => {
  const { rows } = await app.database.pool.query(
    `SELECT action FROM audit_log WHERE subject_type = 'login_person' AND subject_id = $1 ORDER BY created_at, id`,
    [personId],
  );
  return rows.map((row) => row.action as string);
};

test('an admin signs in, calls procedures by cookie, and signs out; all of it is in the audit', async () => {
  const { id, email } = await person();
  const page = browser();
  expect((await page.inbox()).status).toBe(401);
  const signedIn = await page.signIn(email.toUpperCase());
  expect(signedIn.status).toBe(200);
  const [line = ''] = signedIn.headers.getSetCookie();
  expect(line).toMatch(/HttpOnly/i);
  expect(line).toMatch(/SameSite=Lax/i);
  expect((await page.inbox()).status).toBe(200);
  expect((await page.send('/api/auth/sign-out', {})).status).toBe(200);
  expect((await page.inbox()).status).toBe(401);
  expect(await facts(id)).toEqual(['login', 'logout']);
});

test('a wrong password and an unknown e-mail answer the same, and only the known one is named in the audit', async () => {
  const { id, email } = await person();
  const wrong = await browser().signIn(email, 'wrong-password-here');
  const unknown = await browser().signIn(`nobody-${newKey()}@example.com`);
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(await wrong.json()).toEqual(await unknown.json());
  expect(await facts(id)).toEqual(['login_failed']);
});

test('the sixth attempt within a minute is refused, whatever address the client claims', async () => {
  const { email } = await person();
  const attempts = [];
  for (let i = 0; i < 6; i++) {
    const response = await fetch(`${app.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        origin: app.url,
        'content-type': 'application/json',
        'x-forwarded-for': `203.0.113.${i}`,
        'x-tabsy-client-address': `203.0.113.${i}`,
      },
      body: JSON.stringify({ email, password: 'wrong-password-here' }),
    });
    attempts.push(response.status);
  }
  expect(attempts).toEqual([401, 401, 401, 401, 401, 429]);
});

test('nobody signs up by themselves', async () => {
  const email = `new-${newKey()}@example.com`;
  const response = await browser().send('/api/auth/sign-up/email', {
    email,
    password: PASSWORD,
    name: 'Eve',
    role: 'admin',
  });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await app.server.app.login.knows(email)).toBe(false);
});

test('a signed-in person cannot give themselves another role', async () => {
  const { id, email } = await person('owner');
  const page = browser();
  await page.signIn(email);
  await page.send('/api/auth/update-user', { role: 'admin', platformUserId: null, name: 'Eve' });
  const { rows } = await app.database.pool.query('SELECT role, user_id FROM login_people WHERE id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ role: 'owner', user_id: restaurant.ownerId }]);
});

test('the cookie of another site’s request is no login, neither for procedures nor for signing out', async () => {
  const { email } = await person();
  const page = browser();
  await page.signIn(email);
  const foreign = browser('https://evil.example.com');
  for (const [name, value] of page.jar) foreign.jar.set(name, value);
  expect((await foreign.inbox()).status).toBe(401);
  expect((await foreign.send('/api/auth/sign-out', {})).status).toBe(403);
  expect((await page.inbox()).status).toBe(200);
});

test('an owner sees their own restaurant and no other, and is no admin', async () => {
  const elsewhere = await seedRestaurant(await app.asService());
  const { email } = await person('owner');
  const page = browser();
  await page.signIn(email);
  const payments = (restaurantId: string) =>
    page.send(
      `/api/trpc/payments.list?input=${encodeURIComponent(JSON.stringify({ json: { restaurantId } }))}`,
    );
  expect((await payments(restaurant.restaurantId)).status).toBe(200);
  expect((await payments(elsewhere.restaurantId)).status).toBe(404);
  expect((await page.inbox()).status).toBe(403);
});

test('sessions are listed, ended one by one or all at once, and an ended one is out at the next call', async () => {
  const { id, email } = await person();
  const [here, there] = [browser(), browser()];
  await here.signIn(email);
  await there.signIn(email);
  const sessions = await (await here.send('/api/auth/list-sessions')).json();
  expect(sessions).toHaveLength(2);
  expect((await here.send('/api/auth/revoke-other-sessions', {})).status).toBe(200);
  expect([(await here.inbox()).status, (await there.inbox()).status]).toEqual([200, 401]);
  expect(await facts(id)).toEqual(['login', 'login', 'sessions_ended']);
});

test('a new password ends every session that the old one opened', async () => {
  const { email } = await person();
  const page = browser();
  await page.signIn(email);
  await app.server.app.login.savePerson({
    email,
    name: 'Ada',
    password: 'another-long-password',
    role: 'admin',
    platformUserId: null,
  });
  expect((await page.inbox()).status).toBe(401);
  expect((await browser().signIn(email)).status).toBe(401);
  expect((await browser().signIn(email, 'another-long-password')).status).toBe(200);
});

test('with a second factor the password alone opens nothing; the code does, a wrong one does not', async () => {
  const { email } = await person();
  const page = browser();
  await page.signIn(email);
  const enabled = await (await page.send('/api/auth/two-factor/enable', { password: PASSWORD })).json();
  const code = () => codeOf(enabled.totpURI);
  expect((await page.send('/api/auth/two-factor/verify-totp', { code: code() })).status).toBe(200);

  const next = browser();
  const half = await next.signIn(email);
  expect(await half.json()).toMatchObject({ twoFactorRedirect: true });
  expect((await next.inbox()).status).toBe(401);
  expect((await next.send('/api/auth/two-factor/verify-totp', { code: '000000' })).status).toBe(401);
  expect((await next.send('/api/auth/two-factor/verify-totp', { code: code() })).status).toBe(200);
  expect((await next.inbox()).status).toBe(200);
});
