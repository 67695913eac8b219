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
const DAY_MS = 86_400_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  stage.clock.reset();
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
/** Puts the position so many seconds from now. */
const placeAt = async (fromNowSec: number): Promise<string> => {
  const { rows } = await stage.app.database.pool.query(
    `UPDATE processor_cursors SET position = (floor(extract(epoch FROM now()))::bigint + $1)::text WHERE name = 'events'
     RETURNING position::bigint`,
    [fromNowSec],
  );
  return rows[0].position;
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

test('the position moves only after everything before it is stored', async () => {
  await sweep();
  const before = await placeAt(-60);
  stage.app.simulator.control.addFault({ kind: 'server_error', method: 'GET', pathPattern: '/v1/events' });
  await sweep();
  expect(await position()).toBe(before);
  stage.app.simulator.control.clearFaults();
  await sweep();
  expect(Number(await position())).toBeGreaterThan(Number(before));
});

test('a clock that is wrong for one sweep, ahead or behind, costs no event', async () => {
  for (const wrongMs of [DAY_MS, -DAY_MS]) {
    stage.clock.move(wrongMs);
    await sweep();
    stage.clock.reset();
    expect(Math.abs(Number(await position()) - Date.now() / 1000)).toBeLessThan(OVERLAP_SEC);
    const { payments, eventIds } = await payUnheard();
    expect(await sweep()).toBe(eventIds.length);
    expect(await statuses(payments)).toEqual(['COMPLETED']);
  }
  await expectRest(stage);
});

test('a position in the future, as one that a wrong clock has left, is taken as now', async () => {
  await sweep();
  await placeAt(30 * 86_400);
  const { payments, eventIds } = await payUnheard();
  expect(await sweep()).toBe(eventIds.length);
  expect(await statuses(payments)).toEqual(['COMPLETED']);
  expect(Math.abs(Number(await position()) - Date.now() / 1000)).toBeLessThan(OVERLAP_SEC);
});

test('the first sweep keeps where it began, though it lists nothing: a long outage from the start loses no event', async () => {
  await stage.app.database.pool.query(`DELETE FROM processor_cursors WHERE name = 'events'`);
  stage.app.simulator.control.addFault({ kind: 'server_error', method: 'GET', pathPattern: '/v1/events' });
  expect(await sweep()).toBe(0);
  const began = await position();
  expect(began).not.toBeNull();
  expect(await sweep()).toBe(0);
  expect(await position()).toBe(began);
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
