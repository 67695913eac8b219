import { Client as PgClient } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import {
  type Client,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';
import { intentEvent, sendWebhook, stripeEvent } from '../../support/webhook-sender';
import { countRows, inboxRow, openCardPayment, tracesOf } from './traces';

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
afterAll(() => app.stop());

const OK = { status: 200, text: '{"received":true}' };
const COMPLETED_ONCE = ['created', 'intent_created', 'completed'];
const open = async () => {
  const payment = await openCardPayment(app, at, guest, { session });
  await app.simulator.control.waitForDeliveries();
  return payment;
};
const succeeded = (payment: Awaited<ReturnType<typeof open>>) =>
  intentEvent('succeeded', { id: payment.intentId, amountMinor: 2700, metadata: payment.metadata });

/** The worker's turn, an hour later. */
const runInbox = async () => {
  await passInboxTime(app.database.pool, 3_600_000);
  return retryEvents(app.server.app.deps);
};

/** Runs `during` while another connection holds the order. */
async function whileOrderIsHeld<T>(orderId: string, during: () => Promise<T>): Promise<T> {
  const holder = await app.database.pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM orders WHERE id = $1 FOR UPDATE', [orderId]);
    return await during();
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

/** Runs `during` while every capture breaks on its last write. */
async function whileCapturesFail<T>(during: () => Promise<T>): Promise<T> {
  const { pool } = app.database;
  await pool.query(
    "ALTER TABLE ledger_postings ADD CONSTRAINT broken CHECK (account <> 'SALES' OR amount > 0) NOT VALID",
  );
  try {
    return await during();
  } finally {
    await pool.query('ALTER TABLE ledger_postings DROP CONSTRAINT broken');
  }
}

async function onServer(sql: string, values: unknown[] = []) {
  const client = new PgClient({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

const databaseName = () => new URL(app.database.url).pathname.slice(1);

test('an order locked for longer than the limit: 200, kept for retry, nothing half done; the retry applies it once', async () => {
  const payment = await open();
  const event = succeeded(payment);
  const before = await tracesOf(app, payment.id);
  const startedMs = performance.now();
  expect(await whileOrderIsHeld(payment.orderId, () => sendWebhook(app, event))).toEqual(OK);
  expect(performance.now() - startedMs).toBeGreaterThan(290);
  expect(await inboxRow(app, event.id)).toMatchObject({
    state: 'RETRY',
    attempts: 1,
    finished: false,
    scheduled: true,
    error: expect.stringContaining('lock timeout'),
  });
  expect(await tracesOf(app, payment.id)).toEqual(before);

  // Stripe may send it again meanwhile: it is known, and neither lost nor applied twice.
  expect(await sendWebhook(app, event)).toEqual(OK);
  expect(await runInbox()).toBe(1);
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'APPLIED', finished: true, scheduled: false });
  const after = await tracesOf(app, payment.id);
  expect(after.actions).toEqual(COMPLETED_ONCE);
  await sendWebhook(app, event);
  await runInbox();
  expect(await tracesOf(app, payment.id)).toEqual(after);
});

test('16 events at once for a locked order: all 200, all kept, the process lives, and they settle once', async () => {
  const payment = await open();
  const events = Array.from({ length: 16 }, () => succeeded(payment));
  const answers = await whileOrderIsHeld(payment.orderId, () =>
    Promise.all(events.map((event) => sendWebhook(app, event))),
  );
  expect(answers).toEqual(events.map(() => OK));
  for (const event of events) expect((await inboxRow(app, event.id)).state).toBe('RETRY');
  expect(await runInbox()).toBe(16);
  expect((await tracesOf(app, payment.id)).actions).toEqual(COMPLETED_ONCE);
});

test('a short lock is waited for, not retried', async () => {
  const payment = await open();
  const event = succeeded(payment);
  let answer: Promise<unknown> = Promise.resolve();
  await whileOrderIsHeld(payment.orderId, async () => {
    answer = sendWebhook(app, event);
    await waitFor('the webhook waits for the order', async () => {
      const { rows } = await app.database.pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      return rows.length > 0;
    });
  });
  expect(await answer).toEqual(OK);
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'APPLIED' });
});

test('reported bug “order update fails after the event was sent: three events, three audit rows”: a failed apply keeps the event with its error and nothing else; a retry applies it once', async () => {
  const payment = await open();
  const event = succeeded(payment);
  const before = await tracesOf(app, payment.id);
  await whileCapturesFail(async () => {
    expect(await sendWebhook(app, event)).toEqual(OK);
    expect(await inboxRow(app, event.id)).toMatchObject({
      state: 'RETRY',
      error: expect.stringContaining('broken'),
    });
    expect(await tracesOf(app, payment.id)).toEqual(before);
    expect(await runInbox()).toBe(1);
    expect(await inboxRow(app, event.id)).toMatchObject({ state: 'RETRY', attempts: 2 });
  });
  await runInbox();
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'APPLIED', error: null });
  const { receiptNumber } = (await tracesOf(app, payment.id)).payment;
  expect(receiptNumber).toMatch(/^\d{8}-\d{4}$/);
  expect((await tracesOf(app, payment.id)).actions).toEqual(COMPLETED_ONCE);
});

test('an event that keeps failing is dead after its attempts, and does not keep others from being applied', async () => {
  const [sick, sound] = [await open(), await open()];
  const [sickEvent, soundEvent] = [succeeded(sick), succeeded(sound)];
  await whileCapturesFail(async () => {
    await sendWebhook(app, sickEvent);
    await sendWebhook(app, soundEvent);
  });
  await app.database.pool.query(
    `UPDATE webhook_payloads SET payload = '{"object":"no longer an event"}' WHERE event_id = $1`,
    [sickEvent.id],
  );
  for (let i = 0; i < app.env.webhooks.retryAttempts; i++) {
    await runInbox();
  }
  expect(await inboxRow(app, soundEvent.id)).toMatchObject({ state: 'APPLIED' });
  expect(await inboxRow(app, sickEvent.id)).toMatchObject({
    state: 'DEAD',
    attempts: app.env.webhooks.retryAttempts + 1,
  });
});

test('a connection that dies while the event is applied: 503, nothing stored, the process lives; sent again it settles', async () => {
  const payment = await open();
  const event = succeeded(payment);
  const before = await countRows(app);
  let answer = Promise.resolve({ status: 0, text: '' });
  await whileOrderIsHeld(payment.orderId, async () => {
    answer = sendWebhook(app, event);
    await waitFor('the webhook waits for the order and its connection is ended', async () => {
      const { rows } = await app.database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND datname = current_database() AND application_name = 'tabsy-payments'`,
      );
      return rows.length > 0;
    });
    expect((await answer).status).toBe(503);
  });
  expect(await countRows(app)).toEqual(before);
  expect(await sendWebhook(app, event)).toEqual(OK);
  expect((await tracesOf(app, payment.id)).actions).toEqual(COMPLETED_ONCE);
});

test('with the database away nothing is stored and Stripe is told so; afterwards the same event settles', async () => {
  const payment = await open();
  const event = succeeded(payment);
  const before = await countRows(app);
  await onServer(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS false`);
  // One that is told to end may answer a last question first.
  await waitFor('every connection has ended', async () => {
    const told = await onServer('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      databaseName(),
    ]);
    return told.rows.length === 0;
  });
  try {
    for (let i = 0; i < 3; i++) {
      const answer = await sendWebhook(app, event);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/database|postgres|connection/i);
    }
  } finally {
    await onServer(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS true`);
  }
  await waitFor('the database is back', () => countRows(app).catch(() => null));
  expect(await countRows(app)).toEqual(before);
  expect(await sendWebhook(app, event)).toEqual(OK);
  expect((await tracesOf(app, payment.id)).actions).toEqual(COMPLETED_ONCE);
});

test('a signed event that the code cannot read yet is kept, retried and dead, never refused', async () => {
  const event = stripeEvent('payment_intent.succeeded', {
    id: 'pi_new',
    object: 'payment_intent',
    status: 'from_the_future',
  });
  expect(await sendWebhook(app, event)).toMatchObject(OK);
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'RETRY' });
  for (let round = 1; round <= 3; round++) await runInbox();
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'DEAD' });
});
