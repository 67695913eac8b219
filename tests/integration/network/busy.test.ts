import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { assertBooksBalance } from '../../support/invariants';

const POOL = 2;
/** Longer than the probes wait (2 s), as in production. */
const TIMEOUT_MS = 3_500;
const CLIENTS_WAIT_MS = 10_000;

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  app = await startTestApp({
    database,
    env: { DATABASE_POOL_SIZE: String(POOL), DATABASE_TIMEOUT_MS: String(TIMEOUT_MS) },
  });
});
afterAll(async () => {
  await app?.stop();
  await assertBooksBalance(database.pool);
  await database?.drop();
});

test('all connections busy: requests queue, then hear 503; the node says so, and works again once they are free', async () => {
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  const guest = app.asGuest(session.guests[0]);
  const orderId = await seedOrder(service, at, { session });
  const input = { orderId, idempotencyKey: newKey() };
  const blocker = await database.pool.connect();
  try {
    await blocker.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const startedMs = performance.now();
    const calls = Promise.all([
      refusalOf(guest.payments.create.mutate(input)),
      ...Array.from({ length: POOL * 5 }, () => refusalOf(guest.orders.get.query({ orderId }))),
    ]);
    const health = await waitFor('the node to say that it has no connection left', async () => {
      const response = await fetch(`${app.url}/health`);
      return response.status === 503 && response;
    });
    expect(health.headers.get('retry-after')).toBe('2');
    expect(await health.json()).toMatchObject({ status: 'unhealthy', database: { connected: false } });
    for (const { code, appCode, message } of await calls) {
      expect([code, appCode]).toEqual(['SERVICE_UNAVAILABLE', 'DATABASE_UNAVAILABLE']);
      expect(message).toContain('Try again');
    }
    expect(performance.now() - startedMs).toBeLessThan(CLIENTS_WAIT_MS);
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
  await waitFor('the node is ready again', async () => (await fetch(`${app.url}/ready`)).ok);
  const payment = await guest.payments.create.mutate(input);
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
});
