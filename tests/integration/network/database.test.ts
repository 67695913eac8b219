import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy';
import { assertBooksBalance } from '../../support/invariants';
import { type LiveClient, openLiveClient, type Watching } from '../../support/live-client';
import { sendWebhook, stripeEvent } from '../../support/webhook-sender';

/*
 * The whole service behind a network that fails: pool, worker, relay and subscribers reach PostgreSQL through a proxy. Whatever
 * it does, callers hear a clear 503 in time, nothing is half done, and all of it works again by itself.
 */
const POOL = 4;
const TIMEOUT_MS = 1_000;

let database: TestDatabase;
let proxy: FaultProxy;
let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
let live: LiveClient;
let watching: Watching;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 4 });
  proxy = await startFaultProxy(database.url);
  app = await startTestApp({
    database: { ...database, url: proxy.through(database.url) },
    worker: true,
    env: {
      DATABASE_POOL_SIZE: String(POOL),
      DATABASE_TIMEOUT_MS: String(TIMEOUT_MS),
      WORKER_POLL_MS: '50',
      JANITOR_AFTER_SECONDS: '1',
      EVENT_SWEEP_INTERVAL_SECONDS: '1',
    },
  });
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
beforeEach(async () => {
  live = openLiveClient(app.url, { token: await app.token('RESTAURANT_STAFF', at.staffId) });
  watching = live.watch('restaurant', { restaurantId: at.restaurantId });
  await watching.ready();
});
afterEach(async () => {
  await proxy.heal();
  await live.close();
});
afterAll(async () => {
  await proxy?.heal();
  await app?.stop();
  await assertBooksBalance(database.pool);
  await proxy?.close();
  await database?.drop();
});

async function newOrder(): Promise<string> {
  return seedOrder(await app.asService(), at, { session, guestSessionId: session.guests[0] });
}

/** What a caller hears; `ok` when it was done. */
async function heard(call: Promise<unknown>): Promise<{ code: string; ms: number }> {
  const startedMs = performance.now();
  const code = await call.then(
    () => 'ok',
    async () => (await refusalOf(call)).appCode,
  );
  return { code, ms: performance.now() - startedMs };
}

/** Clients give up after 10 s. */
const PATIENCE_MS = 9_900;

/** Doors, pool, worker, relay and this test's subscriber, all by themselves. */
async function expectRecovery(orderId: string, input: { orderId: string; idempotencyKey: string }) {
  const payment = await waitFor('payments are created again', () =>
    guest.payments.create.mutate(input).catch(() => null),
  );
  expect(payment.orderId).toBe(orderId);
  await payWithCard(app, payment);
  // Its webhook may have met the end of the fault: then the sweep or the read finds it.
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await watching.event('payment:completed');
  await waitFor('the worker takes its tasks again', async () => {
    const { rows } = await database.pool.query(
      `SELECT bool_or(run_at > now() - interval '3 seconds') AS runs FROM graphile_worker.jobs
       WHERE task_identifier = 'retry-events' AND locked_at IS NULL`,
    );
    return rows[0].runs;
  });
  await waitFor('the node is ready again', async () => (await fetch(`${app.url}/ready`)).ok);
  const { rows } = await database.pool.query(
    'SELECT count(*)::int AS payments FROM payments WHERE order_id = $1',
    [orderId],
  );
  expect(rows[0].payments).toBe(1);
  await assertBooksBalance(database.pool);
}

test('slow: everything works, only later', async () => {
  const orderId = await newOrder();
  proxy.slow(30);
  await expectRecovery(orderId, { orderId, idempotencyKey: newKey() });
});

test('slower than the limit: 503 in time and nothing done, whatever came late', async () => {
  const orderId = await newOrder();
  const input = { orderId, idempotencyKey: newKey() };
  proxy.slow(TIMEOUT_MS * 2);
  const { code, ms } = await heard(guest.payments.create.mutate(input));
  expect(['DATABASE_UNAVAILABLE', 'PROCESSOR_OUTCOME_UNKNOWN']).toContain(code);
  expect(ms).toBeLessThan(PATIENCE_MS);
  await proxy.heal();
  await expectRecovery(orderId, input);
});

test('half-open: nobody hangs, each door says 503 and when to come again, and dead connections are replaced', async () => {
  const orderId = await newOrder();
  const input = { orderId, idempotencyKey: newKey() };
  proxy.silence();
  const calls = await Promise.all([
    heard(guest.payments.create.mutate(input)),
    ...Array.from({ length: POOL * 2 }, () => heard(guest.orders.get.query({ orderId }))),
  ]);
  for (const { code, ms } of calls) {
    expect(code).toBe('DATABASE_UNAVAILABLE');
    expect(ms).toBeLessThan(PATIENCE_MS);
  }
  const answers = await Promise.all([
    fetch(`${app.url}/ready`),
    fetch(`${app.url}/health`),
    fetch(`${app.url}/api/v1/orders/${orderId}`, { headers: { 'x-session-id': session.guests[0] } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['2', '2', '2']);
  // Stripe sends again what was not stored.
  const event = stripeEvent('payment_intent.created', { id: 'pi_1', object: 'payment_intent' });
  expect((await sendWebhook(app, event)).status).toBe(503);
  await proxy.heal();
  await expectRecovery(orderId, input);
});

test('refused: 503 at once, and back again', async () => {
  const orderId = await newOrder();
  const input = { orderId, idempotencyKey: newKey() };
  await proxy.refuse();
  expect((await heard(guest.payments.create.mutate(input))).code).toBe('DATABASE_UNAVAILABLE');
  expect((await fetch(`${app.url}/live`)).status).toBe(200);
  await waitFor('the node to say so', async () => (await fetch(`${app.url}/ready`)).status === 503);
  await proxy.heal();
  await expectRecovery(orderId, input);
});

test('reset in the middle of a statement: nothing of it is kept', async () => {
  const orderId = await newOrder();
  const input = { orderId, idempotencyKey: newKey() };
  const before = proxy.resets();
  // The key, as only the creation sends it: the figures ask for the order too.
  proxy.resetAfter(input.idempotencyKey);
  const { code } = await heard(guest.payments.create.mutate(input));
  expect(['DATABASE_UNAVAILABLE', 'PROCESSOR_OUTCOME_UNKNOWN']).toContain(code);
  expect(proxy.resets()).toBe(before + 1);
  await expectRecovery(orderId, input);
});

test('reset while a COMMIT is answered: the caller learns what happened by asking again with its key', async () => {
  const orderId = await newOrder();
  const input = { orderId, idempotencyKey: newKey() };
  const before = proxy.resets();
  // With the end of its text: READ COMMITTED stands in the packet that has the key as well.
  proxy.resetAfter('COMMIT\u0000', input.idempotencyKey);
  expect((await heard(guest.payments.create.mutate(input))).code).toBe('PROCESSOR_OUTCOME_UNKNOWN');
  expect(proxy.resets()).toBe(before + 1);
  await expectRecovery(orderId, input);
});
