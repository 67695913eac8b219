import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import { waitFor } from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';
import { type LiveClient, openLiveClient, type Watching } from '../../support/live-client';
import { intentEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import { inboxState, openPayment, type RecoveryStage, startStage } from '../recovery/support';

/*
 * Events of Stripe that could not be applied: admins hear of each, once, and nobody else does.
 */

const HOUR_MS = 3_600_000;
const ATTEMPTS = 2;

let stage: RecoveryStage;
let admin: Watching;
let staff: Watching;
const open: LiveClient[] = [];

beforeAll(async () => {
  stage = await startStage({
    env: { WEBHOOK_RETRY_DELAY_MS: '1000', WEBHOOK_RETRY_ATTEMPTS: String(ATTEMPTS) },
  });
});
beforeEach(async () => {
  const { app, at } = stage;
  const asAdmin = openLiveClient(app.url, { token: await app.token('ADMIN', 'admin-1') });
  const asStaff = openLiveClient(app.url, { token: await app.token('RESTAURANT_STAFF', at.staffId) });
  open.push(asAdmin, asStaff);
  admin = asAdmin.watch('admin', {});
  staff = asStaff.watch('restaurant', { restaurantId: at.restaurantId });
  await Promise.all([admin.ready(), staff.ready()]);
});
afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));
afterAll(() => stage?.stop());

const passTime = (ms: number) => passInboxTime(stage.app.database.pool, ms);

/** What comes after is told to both, so that what came before has been. */
async function wordsOf(eventId: string) {
  const { id } = await openPayment(stage);
  const hasIt = (watching: Watching) => watching.events().some((event) => event.paymentId === id);
  await waitFor('both hear what comes after', () => hasIt(admin) && hasIt(staff));
  const isWord = (event: object) => 'stripeEventId' in event && event.stripeEventId === eventId;
  return { admin: admin.events().filter(isWord), staff: staff.events().filter(isWord) };
}

const wordOf = (event: { id: string; type: string }) => ({
  type: 'webhook:dead',
  restaurantId: null,
  paymentId: null,
  stripeEventId: event.id,
  stripeEventType: event.type,
});

test('an event that failed in all its attempts is told to admins, at its last', async () => {
  const payment = await openPayment(stage);
  const event = intentEvent('succeeded', {
    id: payment.intentId,
    amountMinor: payment.totalMinor,
    metadata: { paymentId: payment.id },
  });
  const blocker = await stage.app.database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
  await sendWebhook(stage.app, event);
  for (let repeat = 1; repeat <= ATTEMPTS; repeat++) {
    expect(await inboxState(stage, event.id)).toMatchObject({ state: 'RETRY', attempts: repeat });
    await passTime(HOUR_MS);
    await retryEvents(stage.deps);
  }
  await blocker.query('ROLLBACK');
  blocker.release();
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'DEAD' });
  expect(await wordsOf(event.id)).toMatchObject({ admin: [wordOf(event)], staff: [] });
});

test('and one whose record never came, when it has waited long enough', async () => {
  const event = intentEvent('succeeded', {
    id: stripeId('pi'),
    amountMinor: 100,
    metadata: { paymentId: randomUUID() },
  });
  await sendWebhook(stage.app, event);
  await passTime(HOUR_MS);
  await retryEvents(stage.deps);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'WAITING' });
  expect((await wordsOf(event.id)).admin).toEqual([]);
  await passTime(73 * HOUR_MS);
  await retryEvents(stage.deps);
  await retryEvents(stage.deps);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'DEAD' });
  expect(await wordsOf(event.id)).toMatchObject({ admin: [wordOf(event)], staff: [] });
});
