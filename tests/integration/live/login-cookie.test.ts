import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type LiveClient, openLiveClient } from '../../support/live-client';
import { openBrowser, PASSWORD } from '../login/support';

/* The admin pages subscribe with the cookie of their login, which counts from a page of this origin alone (decision 5). */

let app: TestApp;
let service: Client;
let at: SeededRestaurant;
const open: LiveClient[] = [];

beforeAll(async () => {
  app = await startTestApp({ env: { LIVE_RECHECK_SECONDS: '1' } });
  service = await app.asService();
  at = await seedRestaurant(service);
});
afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app?.stop();
});

async function signIn(role: 'admin' | 'owner') {
  const email = `${role}-${newKey()}@example.com`;
  const platformUserId = role === 'admin' ? null : at.ownerId;
  await app.server.app.login.savePerson({ email, name: 'Ada', password: PASSWORD, role, platformUserId });
  const browser = openBrowser(app.url);
  expect((await browser.signIn(email)).status).toBe(200);
  return browser;
}

/** A page that opens a websocket: the browser adds the cookies of this host, and says where the page is from. */
function openPage(browser: ReturnType<typeof openBrowser>, origin = app.url) {
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const client = openLiveClient(app.url, {}, { headers: { origin, cookie } });
  open.push(client);
  return client;
}

test('who is signed in hears what their role may hear', async () => {
  const admin = openPage(await signIn('admin')).watch('admin', {});
  const ownPage = openPage(await signIn('owner'));
  const own = ownPage.watch('restaurant', { restaurantId: at.restaurantId });
  const all = ownPage.watch('admin', {});
  await Promise.all([admin.ready(), own.ready()]);
  const orderId = await seedOrder(service, at);
  expect(await admin.event('order:created')).toMatchObject({ orderId });
  expect(await own.event('order:created')).toMatchObject({ orderId });
  await waitFor('the refusal', () => all.error);
  expect(all.error?.data?.code).toBe('FORBIDDEN');
});

test('a page of another origin that may use this API brings no login along', async () => {
  const page = openPage(await signIn('admin'), 'http://localhost:3001');
  const watching = page.watch('admin', {});
  await waitFor('the refusal', () => watching.error);
  expect(watching.error?.data?.code).toBe('UNAUTHORIZED');
});

test('who signs out hears nothing more, within the time of a recheck', async () => {
  const browser = await signIn('owner');
  const watching = openPage(browser).watch('restaurant', { restaurantId: at.restaurantId });
  await watching.ready();
  expect((await browser.send('/api/auth/sign-out', {})).status).toBe(200);
  await waitFor('it ends', () => watching.error);
  expect(watching.error?.data?.code).toBe('UNAUTHORIZED');
  const heard = watching.events().length;
  const witness = openLiveClient(app.url, { token: await app.token('RESTAURANT_STAFF', at.staffId) });
  open.push(witness);
  const other = witness.watch('restaurant', { restaurantId: at.restaurantId });
  await other.ready();
  await seedOrder(service, at);
  await other.event('order:created');
  expect(watching.events()).toHaveLength(heard);
});

test('an admin who is made an owner hears nothing more of other restaurants, within the time of a recheck', async () => {
  const browser = await signIn('admin');
  const page = openPage(browser);
  const [all, one] = [page.watch('admin', {}), page.watch('restaurant', { restaurantId: at.restaurantId })];
  await Promise.all([all.ready(), one.ready()]);
  const elsewhere = await seedRestaurant(service);
  const { rowCount } = await app.database.pool.query(
    `UPDATE login_people SET role = 'owner', user_id = $1
     WHERE id = (SELECT id FROM login_people WHERE role = 'admin' ORDER BY created_at DESC LIMIT 1)`,
    [elsewhere.ownerId],
  );
  expect(rowCount).toBe(1);
  await waitFor('both end', () => all.error && one.error);
  expect([all.error?.data?.code, one.error?.data?.code]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
});
