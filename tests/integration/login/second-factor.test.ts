import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKey, type SeededRestaurant, seedRestaurant, startTestApp, type TestApp } from '../../support/app';
import { codeOf, openBrowser, PASSWORD } from './support';

let app: TestApp;
let restaurant: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp({ env: { ADMIN_SECOND_FACTOR_REQUIRED: 'true' } });
  restaurant = await seedRestaurant(await app.asService());
});
afterAll(() => app.stop());
beforeEach(() => app.database.pool.query('DELETE FROM login_attempts'));

async function person(role: 'admin' | 'owner'): Promise<string> {
  const email = `${role}-${newKey()}@example.com`;
  await app.server.app.login.savePerson({
    email,
    name: 'Ada',
    password: PASSWORD,
    role,
    platformUserId: role === 'admin' ? null : restaurant.ownerId,
  });
  return email;
}

test('where it is demanded, an admin’s password alone opens nothing until a second factor is set up', async () => {
  const email = await person('admin');
  const page = openBrowser(app.url);
  expect((await page.signIn(email)).status).toBe(200);
  const refused = await page.inbox();
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('SECOND_FACTOR_REQUIRED');
  expect((await page.send('/api/exports/payments.csv')).status).toBe(403);

  const enabled = await (await page.send('/api/auth/two-factor/enable', { password: PASSWORD })).json();
  // Begun is not done.
  expect((await page.inbox()).status).toBe(403);
  expect(
    (await page.send('/api/auth/two-factor/verify-totp', { code: codeOf(enabled.totpURI) })).status,
  ).toBe(200);
  expect((await page.inbox()).status).toBe(200);

  expect((await page.send('/api/auth/two-factor/disable', { password: PASSWORD })).status).toBe(200);
  expect((await page.inbox()).status).toBe(403);
});

test('a lost phone: a backup code signs in, once', async () => {
  const email = await person('admin');
  const page = openBrowser(app.url);
  await page.signIn(email);
  const enabled = await (await page.send('/api/auth/two-factor/enable', { password: PASSWORD })).json();
  await page.send('/api/auth/two-factor/verify-totp', { code: codeOf(enabled.totpURI) });
  const [code] = enabled.backupCodes;
  const statuses = [];
  for (let round = 0; round < 2; round++) {
    const next = openBrowser(app.url);
    await next.signIn(email);
    statuses.push((await next.send('/api/auth/two-factor/verify-backup-code', { code })).status);
    statuses.push((await next.inbox()).status);
  }
  expect(statuses).toEqual([200, 200, 401, 401]);
});

test('people of restaurants sign in by password alone', async () => {
  const page = openBrowser(app.url);
  await page.signIn(await person('owner'));
  const input = encodeURIComponent(JSON.stringify({ json: { restaurantId: restaurant.restaurantId } }));
  expect((await page.send(`/api/trpc/payments.list?input=${input}`)).status).toBe(200);
});
