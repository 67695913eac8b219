import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sweepEvents } from '@/services/inbox/sweep';
import { payWithCard, waitFor } from '../../support/app';
import {
  Died,
  expectRest,
  inboxState,
  openPayment,
  paymentRow,
  type RecoveryStage,
  startStage,
} from './support';

const OVERLAP_SEC = 600;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  stage.app.simulator.control.clearFaults();
  stage.app.simulator.control.clearWebhookFaults();
});

const sweep = () => sweepEvents(stage.deps, { overlapSec: OVERLAP_SEC });
const position = async () => {
  const { rows } = await stage.app.database.pool.query(
    `SELECT position::bigint FROM processor_cursors WHERE name = 'events'`,
  );
  return rows[0]?.position ?? null;
};
const inboxCount = async () => {
  const { rows } = await stage.app.database.pool.query('SELECT count(*)::int AS n FROM webhook_events');
  return rows[0].n as number;
};

/** Card payments of which no webhook ever arrives, and the ids of their events. */
async function payUnheard(count = 1) {
  const { control } = stage.app.simulator;
  await control.waitForDeliveries();
  const before = new Set(control.state().events.map((event) => event.id));
  control.addWebhookFault({ kind: 'drop' });
  const payments = await Promise.all(
    Array.from({ length: count }, async () => {
      const payment = await openPayment(stage);
      await payWithCard(stage.app, payment);
      return payment;
    }),
  );
  control.runScheduled();
  control.clearWebhookFaults();
  const ids = control.state().events.map((event) => event.id);
  return { payments, eventIds: ids.filter((id) => !before.has(id)) };
}

async function statuses(payments: readonly { id: string }[]) {
  const rows = await Promise.all(payments.map(({ id }) => paymentRow(stage, id)));
  return [...new Set(rows.map((row) => row.status))];
}

test('a webhook that is lost for ever is found: the payment completes, once', async () => {
  const { payments, eventIds } = await payUnheard();
  expect(await statuses(payments)).toEqual(['PENDING']);
  expect(await sweep()).toBe(eventIds.length);
  expect(await statuses(payments)).toEqual(['COMPLETED']);
  for (const id of eventIds) expect(await inboxState(stage, id)).toMatchObject({ source: 'SWEEP' });

  const count = await inboxCount();
  expect(await sweep()).toBe(0);
  stage.app.simulator.control.redeliver({ eventIds });
  await expectRest(stage);
  expect(await inboxCount()).toBe(count);
});

test('what was delivered is not taken again', async () => {
  const payment = await openPayment(stage);
  await payWithCard(stage.app, payment);
  stage.app.simulator.control.runScheduled();
  await stage.app.simulator.control.waitForDeliveries();
  expect(await sweep()).toBe(0);
});

test('the position moves only forward, and only after everything before it is stored', async () => {
  await sweep();
  const before = await position();
  stage.clock.move(-60_000);
  await sweep();
  expect(await position()).toBe(before);
  stage.clock.move(120_000);

  stage.app.simulator.control.addFault({ kind: 'server_error', method: 'GET', pathPattern: '/v1/events' });
  await sweep();
  expect(await position()).toBe(before);
  stage.app.simulator.control.clearFaults();
  await sweep();
  expect(await position()).toBeGreaterThan(before);
});

test('a sweep that dies between two pages is begun again: nothing is skipped, nothing doubled', async () => {
  const { payments, eventIds } = await payUnheard(30);
  expect(eventIds.length).toBeGreaterThan(100);
  const before = await position();

  stage.dieAt('sweep.after-page');
  await expect(sweep()).rejects.toThrow(Died);
  expect(await position()).toBe(before);
  const found = await waitFor('the first page is stored', inboxCount);

  expect(await sweep()).toBeGreaterThan(0);
  expect(await inboxCount()).toBeGreaterThan(found);
  expect(await statuses(payments)).toEqual(['COMPLETED']);
  expect(await sweep()).toBe(0);
  await expectRest(stage);
});

test('two nodes sweep at once: each missing event is taken once', async () => {
  const { payments, eventIds } = await payUnheard();
  await Promise.all([sweep(), sweep()]);
  expect(await statuses(payments)).toEqual(['COMPLETED']);
  const { rows } = await stage.app.database.pool.query(
    'SELECT count(*)::int AS n FROM webhook_events WHERE event_id = ANY ($1)',
    [eventIds],
  );
  expect(rows[0].n).toBe(eventIds.length);
  await expectRest(stage);
});

test('reading an open payment finds its lost webhook before the sweep does', async () => {
  const {
    payments: [payment],
  } = await payUnheard();
  const seen = await stage.guest.payments.get.query({ paymentId: payment?.id ?? '' });
  expect(seen.status).toBe('COMPLETED');
  await sweep();
  await expectRest(stage);
});

test('an event that the list shows unreadable is kept, and the sweep goes on past it', async () => {
  const { payments, eventIds } = await payUnheard();
  const unreadable = stage.app.simulator.control
    .state()
    .events.filter(({ id, type }) => eventIds.includes(id) && type === 'payment_intent.created');
  expect(unreadable).toHaveLength(1);
  // What the simulator keeps and lists from now on.
  for (const event of unreadable) Reflect.deleteProperty(event.data.object, 'amount');
  expect(await sweep()).toBe(eventIds.length);
  expect(await statuses(payments)).toEqual(['COMPLETED']);
  expect(await inboxState(stage, unreadable[0]?.id ?? '')).toMatchObject({
    state: 'RETRY',
    error: expect.stringContaining('without a usable amount'),
  });
});
