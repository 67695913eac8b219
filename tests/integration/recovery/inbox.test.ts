import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import { newKey } from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';
import { intentEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import {
  inboxState,
  intentsOf,
  janitor,
  openPayment,
  paymentIdOf,
  paymentRow,
  type RecoveryStage,
  startStage,
} from './support';

const DELAY_MS = 5_000;
const ATTEMPTS = 3;
const HOUR_MS = 3_600_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({
    env: { WEBHOOK_RETRY_DELAY_MS: String(DELAY_MS), WEBHOOK_RETRY_ATTEMPTS: String(ATTEMPTS) },
  });
});
afterAll(() => stage.stop());

const passTime = (ms: number) => passInboxTime(stage.app.database.pool, ms);

/** A success of an open payment that cannot be applied: somebody sits on the lock of its order. */
async function blockedEvent() {
  const payment = await openPayment(stage);
  const blocker = new Client({ connectionString: stage.app.database.url });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
  const event = intentEvent('succeeded', {
    id: payment.intentId,
    amountMinor: payment.totalMinor,
    metadata: { paymentId: payment.id },
  });
  expect((await sendWebhook(stage.app, event)).status).toBe(200);
  const unblock = async () => {
    await blocker.query('ROLLBACK');
    await blocker.end();
  };
  return { payment, event, unblock };
}

test('an event that cannot be applied is tried again with growing pauses, then dead, and replayed by hand', async () => {
  const { payment, event, unblock } = await blockedEvent();
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'RETRY', attempts: 1 });

  const pauses = [];
  for (let repeat = 1; repeat <= ATTEMPTS; repeat++) {
    const before = await inboxState(stage, event.id);
    expect(await retryEvents(stage.deps)).toBe(0);
    await passTime(before.nextAttemptAt.getTime() - Date.now() + 1);
    expect(await retryEvents(stage.deps)).toBe(1);
    const after = await inboxState(stage, event.id);
    expect(after).toMatchObject({ attempts: 1 + repeat, state: repeat < ATTEMPTS ? 'RETRY' : 'DEAD' });
    expect(after.error).toMatch(/lock timeout/);
    if (after.nextAttemptAt) {
      pauses.push(Math.round((after.nextAttemptAt.getTime() - Date.now()) / DELAY_MS));
    }
  }
  expect(pauses).toEqual([2, 4]);
  await passTime(HOUR_MS);
  expect(await retryEvents(stage.deps)).toBe(0);

  await unblock();
  const admin = await stage.app.asAdmin();
  const { items } = await admin.inbox.list.query({ state: ['DEAD'] });
  expect(items).toMatchObject([{ eventId: event.id, state: 'DEAD', type: 'payment_intent.succeeded' }]);
  expect(
    await admin.inbox.replay.mutate({ eventIds: [event.id, 'evt_unknown'], idempotencyKey: newKey() }),
  ).toEqual({
    results: [
      { eventId: event.id, state: 'APPLIED' },
      { eventId: 'evt_unknown', state: null },
    ],
  });
  expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  const again = await admin.inbox.replay.mutate({ eventIds: [event.id], idempotencyKey: newKey() });
  expect(again.results).toEqual([{ eventId: event.id, state: 'APPLIED' }]);
  const { rows } = await stage.app.database.pool.query(
    `SELECT count(*)::int AS n FROM payment_audit_log WHERE payment_id = $1 AND action = 'completed'`,
    [payment.id],
  );
  expect(rows[0].n).toBe(1);
});

test('a replay with the same key tries nothing anew, with other events it is refused', async () => {
  const { event, unblock } = await blockedEvent();
  const admin = await stage.app.asAdmin();
  const idempotencyKey = newKey();
  const replay = (eventIds: string[]) => admin.inbox.replay.mutate({ eventIds, idempotencyKey });
  const first = await replay([event.id]);
  expect(first.results).toEqual([{ eventId: event.id, state: 'RETRY' }]);
  const { attempts } = await inboxState(stage, event.id);
  expect(await replay([event.id])).toEqual(first);
  expect((await inboxState(stage, event.id)).attempts).toBe(attempts);
  await expect(replay(['evt_other'])).rejects.toMatchObject({ data: { appCode: 'IDEMPOTENCY_KEY_REUSED' } });
  await unblock();
  expect(
    (await admin.inbox.replay.mutate({ eventIds: [event.id], idempotencyKey: newKey() })).results,
  ).toEqual([{ eventId: event.id, state: 'APPLIED' }]);
  const { rows } = await stage.app.database.pool.query(
    `SELECT count(*)::int AS n FROM audit_log WHERE action = 'webhook_replayed' AND subject_id = $1`,
    [event.id],
  );
  expect(rows[0].n).toBe(2);
});

test('an event is applied by its first repeat once the way is free', async () => {
  const { payment, event, unblock } = await blockedEvent();
  await unblock();
  await passTime(DELAY_MS);
  expect(await retryEvents(stage.deps)).toBe(1);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'APPLIED', error: null });
  expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
});

test('a payload that no longer parses is counted and dies alone: the events behind it are applied', async () => {
  const bad = await blockedEvent();
  const good = await blockedEvent();
  await bad.unblock();
  await good.unblock();
  await stage.app.database.pool.query(
    `UPDATE webhook_payloads SET payload = '{"object": "event"}' WHERE event_id = $1`,
    [bad.event.id],
  );
  for (let repeat = 1; repeat <= ATTEMPTS; repeat++) {
    await passTime(HOUR_MS);
    await retryEvents(stage.deps);
  }
  expect(await inboxState(stage, good.event.id)).toMatchObject({ state: 'APPLIED' });
  expect(await inboxState(stage, bad.event.id)).toMatchObject({ state: 'DEAD', attempts: 1 + ATTEMPTS });
});

test('an event whose payload has expired is dead and says so', async () => {
  const { event, unblock } = await blockedEvent();
  await unblock();
  await stage.app.database.pool.query('DELETE FROM webhook_payloads WHERE event_id = $1', [event.id]);
  await passTime(HOUR_MS);
  await retryEvents(stage.deps);
  expect(await inboxState(stage, event.id)).toMatchObject({
    state: 'DEAD',
    error: expect.stringContaining('expired'),
  });
});

test('two workers at once apply each due event once', async () => {
  const blocked = [await blockedEvent(), await blockedEvent(), await blockedEvent()];
  for (const { unblock } of blocked) await unblock();
  await passTime(HOUR_MS);
  const tried = await Promise.all([retryEvents(stage.deps), retryEvents(stage.deps)]);
  expect(tried[0] + tried[1]).toBe(3);
  for (const { payment, event } of blocked) {
    expect(await inboxState(stage, event.id)).toMatchObject({ state: 'APPLIED', attempts: 1 });
    const { rows } = await stage.app.database.pool.query(
      `SELECT count(*)::int AS n FROM outbox_events WHERE payment_id = $1 AND type = 'payment:completed'`,
      [payment.id],
    );
    expect(rows[0].n).toBe(1);
  }
});

test('a webhook before its record waits without counting attempts, and is applied within one wake-up', async () => {
  // Stripe has the intent, the payment knows nothing of it: its events name an intent that is not here yet.
  const { control } = stage.app.simulator;
  stage.dieAt('create.after-processor-answered');
  control.holdWebhooks();
  await openPayment(stage).catch(() => undefined);
  const orderId = control.state().paymentIntents.at(-1)?.metadata.orderId ?? '';
  const [intent] = intentsOf(stage, orderId);
  const paymentId = await paymentIdOf(stage, orderId);
  const charged = intentEvent('succeeded', { id: intent?.id ?? '', amountMinor: 2700 });
  const dispute = {
    ...charged,
    id: stripeId('evt'),
    type: 'charge.dispute.created',
    data: {
      object: {
        id: stripeId('dp'),
        object: 'dispute',
        payment_intent: intent?.id,
        charge: stripeId('ch'),
        amount: 2700,
        currency: 'usd',
        status: 'needs_response',
        reason: 'fraudulent',
        metadata: {},
      },
    },
  };
  await sendWebhook(stage.app, dispute);
  expect(await inboxState(stage, dispute.id)).toMatchObject({ state: 'WAITING', waitingFor: intent?.id });

  let wakes = 0;
  const stop = stage.app.server.app.onWake('inbox', () => {
    wakes += 1;
  });
  await janitor(stage, paymentId);
  stop();
  expect(wakes).toBe(1);
  expect(await retryEvents(stage.deps)).toBe(1);
  expect(await inboxState(stage, dispute.id)).toMatchObject({ state: 'APPLIED', attempts: 1 });
  control.releaseWebhooks();
});

test('an event whose record never comes waits 72 hours, is dead then, and says for what it waited', async () => {
  const missing = randomUUID();
  const event = intentEvent('succeeded', {
    id: stripeId('pi'),
    amountMinor: 100,
    metadata: { paymentId: missing },
  });
  await sendWebhook(stage.app, event);
  expect(await inboxState(stage, event.id)).toMatchObject({
    state: 'WAITING',
    waitingFor: missing,
    attempts: 1,
  });
  for (const hours of [1, 23, 47]) {
    await passTime(hours * HOUR_MS);
    await retryEvents(stage.deps);
    expect([hours, await inboxState(stage, event.id)]).toMatchObject([
      hours,
      { state: 'WAITING', attempts: 1 },
    ]);
  }
  await passTime(2 * HOUR_MS);
  await retryEvents(stage.deps);
  expect(await inboxState(stage, event.id)).toMatchObject({
    state: 'DEAD',
    attempts: 1,
    waitingFor: missing,
    error: expect.stringContaining('not here'),
  });
});
