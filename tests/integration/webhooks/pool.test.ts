import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { intentEvent, sendWebhook } from '../../support/webhook-sender';
import { metric, openCardPayment, tracesOf } from './traces';

const POOL = 4;

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
beforeAll(async () => {
  app = await startTestApp({ env: { DATABASE_POOL_SIZE: String(POOL) } });
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
afterAll(() => app.stop());

const open = () => openCardPayment(app, at, guest, { session });
const times = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

/** No transaction asked for a second connection, and all connections are back. */
async function expectHealthyPool() {
  expect(app.logLines.filter((line) => /NestedConnection|second connection/.test(line))).toEqual([]);
  // The relay and the figures take one now and then.
  for (const state of ['in_use', 'waiting'])
    await waitFor(
      `no connection is ${state}`,
      async () => (await metric(app, `tabsy_db_connections{state="${state}"}`)) === 0,
    );
}

test('four times as many webhooks as connections, all for one order, finish and settle once', async () => {
  const payment = await open();
  const intent = { id: payment.intentId, amountMinor: 2700, metadata: payment.metadata };
  const answers = await times(4 * POOL, () => sendWebhook(app, intentEvent('succeeded', intent)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  expect((await tracesOf(app, payment.id)).actions.filter((action) => action === 'completed')).toHaveLength(
    1,
  );
  await expectHealthyPool();
});

test('webhooks, creations, looks, lists, tips and cancellations at once, 12 times the pool, all finish', async () => {
  const service = await app.asService();
  const toPay = await times(2 * POOL, open);
  const toLookAt = await times(2 * POOL, open);
  const toCancel = await times(2 * POOL, open);
  const toTip = await times(2 * POOL, open);
  const orders = await times(2 * POOL, () => seedOrder(service, at, { session }));
  const key = () => ({ idempotencyKey: newKey() });

  const [paid, , created, listed, tipped, cancelled] = await Promise.all([
    Promise.all(toPay.map((payment) => payWithCard(app, payment))),
    Promise.all(toLookAt.map((payment) => guest.payments.get.query({ paymentId: payment.id }))),
    Promise.all(orders.map((orderId) => guest.payments.create.mutate({ orderId, tipMinor: 0, ...key() }))),
    times(2 * POOL, () => guest.payments.list.query({ tableSessionId: session.sessionId })),
    Promise.all(
      toTip.map(({ id }) => guest.payments.changeTip.mutate({ paymentId: id, tipMinor: 100, ...key() })),
    ),
    Promise.all(toCancel.map(({ id }) => guest.payments.cancel.mutate({ paymentId: id, ...key() }))),
  ]);
  expect(paid.map((answer) => answer.status)).toEqual(toPay.map(() => 200));
  expect(created.map((payment) => payment.status)).toEqual(orders.map(() => 'PENDING'));
  expect(listed).toHaveLength(2 * POOL);
  expect(tipped.map((payment) => payment.tipMinor)).toEqual(toTip.map(() => 100));
  expect(cancelled.map((payment) => payment.status)).toEqual(toCancel.map(() => 'CANCELLED'));

  app.simulator.control.runScheduled();
  await app.simulator.control.waitForDeliveries();
  for (const payment of toPay) {
    const traces = await tracesOf(app, payment.id);
    expect(traces.payment.status).toBe('COMPLETED');
    expect(traces.actions.filter((action) => action === 'completed')).toHaveLength(1);
  }
  await expectHealthyPool();
});
