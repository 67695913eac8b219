import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { openLiveClient } from '../../support/live-client';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis';

/* A Redis that takes connections and commands and answers none: paused, swapping, or behind a network that swallows all. */
let redis: TestRedis;
let app: TestApp;
beforeAll(async () => {
  if (!hasRedis) return;
  redis = await startRedis();
  app = await startTestApp({ env: { REDIS_URL: redis.url }, app: { limitTrpc: true } });
});
afterAll(async () => {
  if (app) await assertBooksBalance(app.database.pool);
  await app?.stop();
  await redis?.stop();
});

test.skipIf(!hasRedis)(
  'no payment and no event waits for a Redis that hangs (skipped without redis-server on this machine)',
  async () => {
    const service = await app.asService();
    const at = await seedRestaurant(service);
    const session = await seedSession(service, at);
    const guest = app.asGuest(session.guests[0]);
    const client = openLiveClient(app.url, { token: await app.token('RESTAURANT_STAFF', at.staffId) });
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    redis.freeze();
    for (const guestSessionId of [session.guests[0], session.guests[0]]) {
      const orderId = await seedOrder(service, at, { session, guestSessionId });
      const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
      await payWithCard(app, payment);
      await waitForStatus(guest, payment.id, 'COMPLETED');
    }
    await watching.event('payment:completed');
    expect((await fetch(`${app.url}/health`)).status).toBe(200);
    await client.close();
  },
);
