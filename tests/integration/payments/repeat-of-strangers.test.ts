import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, newKey, refusalOf, startTestApp, type TestApp } from '../../support/app';
import { type Scene, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const PARTS = [{ amountMinor: 700 }, { amountMinor: 2000 }];

/** What staff do with one key, by the verb that answers a payment. */
const WAYS: [string, (client: Client, scene: Scene, idempotencyKey: string) => Promise<{ id: string }>][] = [
  [
    'payments.create',
    (client, { orderId }, idempotencyKey) => client.payments.create.mutate({ orderId, idempotencyKey }),
  ],
  [
    'cash.record',
    (client, { orderId }, idempotencyKey) => client.cash.record.mutate({ orderId, idempotencyKey }),
  ],
  [
    'cash.request of an order',
    (client, { orderId }, idempotencyKey) => client.cash.request.mutate({ orderId, idempotencyKey }),
  ],
  [
    'cash.request of a table',
    (client, { session }, idempotencyKey) =>
      client.cash.request.mutate({ tableSessionId: session.sessionId, idempotencyKey }),
  ],
  [
    'splits.create of an order',
    (client, { orderId }, idempotencyKey) =>
      client.splits.create.mutate({ orderId, parts: PARTS, idempotencyKey }),
  ],
  [
    'splits.create of a table',
    (client, { session }, idempotencyKey) =>
      client.splits.create.mutate({ tableSessionId: session.sessionId, parts: PARTS, idempotencyKey }),
  ],
  [
    'tableSessions.pay',
    (client, { session }, idempotencyKey) =>
      client.tableSessions.pay.mutate({ tableSessionId: session.sessionId, idempotencyKey }),
  ],
];

test.each(WAYS)('%s: the repeat of a known key is for those who may still do it', async (_way, call) => {
  const scene = await setScene(app);
  const key = newKey();
  const first = await call(scene.staff, scene, key);
  expect(await call(scene.staff, scene, key)).toMatchObject({ id: first.id });
  await app.database.pool.query('DELETE FROM memberships WHERE user_id = $1', [scene.at.staffId]);
  expect(await refusalOf(call(scene.staff, scene, key))).toMatchObject({ code: 'NOT_FOUND' });
});
