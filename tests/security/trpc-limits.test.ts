import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../support/app';
import { openLiveClient } from '../support/live-client';

// The limits that tRPC shares with the legacy API: tests/contract/rate-limits.test.ts.
let app: TestApp;
let at: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp({
    env: {
      READ_RATE_LIMIT_PER_MINUTE: '20',
      IP_RATE_LIMIT_PER_MINUTE: '60',
      PAYMENT_RATE_LIMIT_PER_15_MINUTES: '3',
      TRUST_PROXY: '1',
      LOG_LEVEL: 'fatal',
    },
    app: { limitTrpc: true },
  });
  at = await seedRestaurant(await app.asService());
});
afterAll(() => app?.stop());

let addresses = 0;
const newAddress = () => `203.0.113.${++addresses}`;
const newGuests = async () => (await seedSession(await app.asService(), at)).guests;
/** Batches are what frontends send. */
const batchOf = (name: string, calls: number) => `${Array(calls).fill(name).join(',')}?batch=1`;

function call(
  path: string,
  who: Record<string, string>,
  address: string,
  input?: unknown,
): Promise<Response> {
  return fetch(`${app.url}/api/trpc/${path}`, {
    method: input === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...who },
    ...(input !== undefined && { body: JSON.stringify({ json: input }) }),
  });
}

it('every call over tRPC counts for its caller, each call of a batch too; others behind the address go on', async () => {
  const [one, two] = await newGuests();
  const address = newAddress();
  const ask = (guest: string, calls: number) =>
    call(batchOf('paymentMethods.list', calls), { 'x-session-id': guest }, address);
  expect((await ask(one, 10)).headers.get('ratelimit-remaining')).toBe('10');
  expect((await ask(one, 10)).headers.get('ratelimit-remaining')).toBe('0');
  const refused = await ask(one, 1);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const { error } = (await refused.json()) as { error: { json: { data: object } } };
  expect(error.json.data).toMatchObject({ appCode: 'RATE_LIMIT_EXCEEDED' });
  expect((await ask(two, 1)).status).not.toBe(429);
});

it('who asks for one open card payment again and again reaches the processor no more often than the limit says', async () => {
  const session = await seedSession(await app.asService(), at);
  const [guest] = session.guests;
  const orderId = await seedOrder(await app.asService(), at, { session, guestSessionId: guest });
  const payment = await app.asGuest(guest).payments.create.mutate({ orderId, idempotencyKey: newKey() });
  const before = app.simulator.control.requests().length;
  const input = encodeURIComponent(JSON.stringify({ json: { paymentId: payment.id } }));
  const statuses: number[] = [];
  for (let n = 0; n < 25; n++) {
    const answer = await call(`payments.get?input=${input}`, { 'x-session-id': guest }, newAddress());
    statuses.push(answer.status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  expect(app.simulator.control.requests().length - before).toBeLessThanOrEqual(20);
});

it('everything from one address has a ceiling, credentials that are no good and calls without any included', async () => {
  const address = newAddress();
  const unknown = { 'x-session-id': 'f'.repeat(64) };
  for (let n = 0; n < 3; n++) {
    const refused = await call(batchOf('paymentMethods.list', 10), unknown, address);
    expect(refused.status).toBe(401);
  }
  // Who sends none at all is no worse off for it.
  expect((await call('payments.config', {}, address)).status).not.toBe(429);
  const [guest, other, third] = await newGuests();
  for (const [who, calls] of [
    [guest, 10],
    [other, 10],
  ] as const) {
    const answer = await call(batchOf('paymentMethods.list', calls), { 'x-session-id': who }, address);
    expect(answer.status).not.toBe(429);
  }
  const names = batchOf('paymentMethods.list', 10);
  expect((await call(names, { 'x-session-id': third }, address)).status).toBe(429);
  expect((await call(names, { 'x-session-id': third }, newAddress())).status).not.toBe(429);
});

it('who is over their own limit takes nothing from the others behind the address, however often they ask', async () => {
  const [one, two] = await newGuests();
  const address = newAddress();
  const ask = (guest: string) => call(batchOf('paymentMethods.list', 10), { 'x-session-id': guest }, address);
  const statuses: number[] = [];
  for (let n = 0; n < 10; n++) statuses.push((await ask(one)).status);
  expect(statuses.filter((status) => status === 429)).toHaveLength(8);
  expect((await ask(two)).status).not.toBe(429);
});

it('names between commas are calls in a batch only: elsewhere they are one that is not known', async () => {
  const [guest] = await newGuests();
  const answer = await call('x,x,x,x,x', { 'x-session-id': guest }, newAddress());
  expect([answer.status, answer.headers.get('ratelimit-remaining')]).toEqual([404, '19']);
});

it('while the database cannot say who asks, nobody is counted or refused for it', async () => {
  const statuses: number[] = [];
  const address = newAddress();
  await app.database.pool.query('ALTER TABLE guest_sessions RENAME TO guest_sessions_away');
  try {
    const guest = { 'x-session-id': 'e'.repeat(64) };
    for (let n = 0; n < 30; n++) statuses.push((await call('paymentMethods.list', guest, address)).status);
  } finally {
    await app.database.pool.query('ALTER TABLE guest_sessions_away RENAME TO guest_sessions');
  }
  expect(statuses).not.toContain(429);
  expect(statuses.every((status) => status >= 500)).toBe(true);
});

it('the platform is not held up, nor does it hold up others: it syncs all restaurants by one name from one address', async () => {
  const address = newAddress();
  const authorization = `Bearer ${await app.token('SERVICE', 'platform')}`;
  for (let n = 0; n < 100; n++) {
    const answer = await call('platform.tables.sync', { authorization }, address, { tables: [] });
    expect(answer.status).toBe(400);
  }
  const forged = await call('platform.tables.sync', { authorization: 'Bearer x.y.z' }, address, {});
  expect(forged.status).toBe(401);
});

it('an admin’s pages look again at every event of all restaurants: their calls count by address alone', async () => {
  const address = newAddress();
  const authorization = `Bearer ${await app.token('ADMIN', 'admin-1')}`;
  const statuses: number[] = [];
  for (let n = 0; n < 7; n++) {
    statuses.push((await call(batchOf('system.figures', 10), { authorization }, address)).status);
  }
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect(statuses.at(-1)).toBe(429);
});

it('a websocket is opened by who has no calls left: subscriptions have limits of their own', async () => {
  const session = await seedSession(await app.asService(), at);
  const [guest] = session.guests;
  const spend = () => call(batchOf('paymentMethods.list', 10), { 'x-session-id': guest }, newAddress());
  for (let n = 0; n < 3; n++) await spend();
  expect((await spend()).status).toBe(429);
  const client = openLiveClient(app.url, { sessionId: guest });
  await client.watch('tableSession', { tableSessionId: session.sessionId }).ready();
  await client.close();
});

it.each([
  ['as clients write it', 'payments.create', 'cash.request'],
  ['with a slash behind, which tRPC overlooks', 'payments.create/', 'cash.request/'],
  ['with two', 'payments.create//', 'cash.request//'],
  ['with its letters encoded', 'payments%2Ecreate', 'cash%2Erequest'],
])('a procedure that opens payments counts as one, %s', async (_how, ...names) => {
  const [guest] = await newGuests();
  const statuses: number[] = [];
  for (const name of [...names, ...names]) {
    statuses.push((await call(name, { 'x-session-id': guest }, newAddress(), {})).status);
  }
  expect(statuses).toEqual([400, 400, 400, 429]);
});

it('staff change how payments are paid at one table after the other: that opens none', async () => {
  const authorization = `Bearer ${await app.token('RESTAURANT_STAFF', at.staffId)}`;
  for (let n = 0; n < 6; n++)
    expect((await call('payments.changeMethod', { authorization }, newAddress(), {})).status).toBe(400);
});

it('changing how a payment is paid counts as opening one, over tRPC and the legacy API alike: it makes an intent', async () => {
  const [guest] = await newGuests();
  const who = { 'x-session-id': guest };
  const legacy = () =>
    fetch(`${app.url}/api/v1/payments/${newKey()}/method`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...who },
      body: JSON.stringify({ paymentMethod: 'CASH' }),
    });
  expect((await call('payments.changeMethod', who, newAddress(), {})).status).toBe(400);
  expect((await legacy()).status).not.toBe(429);
  expect((await call('payments.changeMethod', who, newAddress(), {})).status).toBe(400);
  expect((await legacy()).status).toBe(429);
  expect((await call('payments.changeMethod', who, newAddress(), {})).status).toBe(429);
});
