import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { intentCancelKey, intentCreateKey, refundCreateKey } from '@/services/processor-keys';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, type Scene, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

async function paid(scene: Scene) {
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(app, payment);
  const completed = await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  await app.simulator.control.waitForDeliveries();
  return completed;
}

describe('what Stripe was asked and told', () => {
  test('names each call with its key, the object and Stripe’s request, newest first', async () => {
    const scene = await setScene(app);
    const payment = await paid(scene);
    const refund = await scene.staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor: 500,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    await app.simulator.control.waitForDeliveries();
    const { calls: all, events } = await scene.staff.payments.trace.query({ paymentId: payment.id });
    // Beside them stand those that only asked: tests/integration/processor-calls.
    const calls = all.filter(({ key }) => key !== null);
    expect(calls.map(({ call, key, outcome }) => ({ call, key, outcome }))).toEqual([
      { call: 'CREATE_REFUND', key: refundCreateKey(refund.id), outcome: 'OK' },
      { call: 'CREATE_INTENT', key: intentCreateKey(payment.id), outcome: 'OK' },
    ]);
    for (const call of calls) expect(call.requestId).toMatch(/^req_/);
    expect(calls.at(-1)?.objectId).toBe(payment.paymentIntentId);
    const types = events.map((event) => event.type);
    expect(types).toContain('payment_intent.succeeded');
    expect(types).toContain('charge.succeeded');
    expect(types.some((type) => type.startsWith('refund.') || type === 'charge.refunded')).toBe(true);
    expect(events.map((event) => event.createdAt)).toEqual(
      events
        .map((event) => event.createdAt)
        .toSorted()
        .toReversed(),
    );
  });

  test('a cancellation is known, also from the event that it caused', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    await scene.staff.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    await app.simulator.control.waitForDeliveries();
    const { calls } = await scene.staff.payments.trace.query({ paymentId: payment.id });
    expect(calls).toContainEqual(
      expect.objectContaining({ call: 'CANCEL_INTENT', key: intentCancelKey(payment.id), outcome: 'OK' }),
    );
  });

  test('cash asked Stripe nothing', async () => {
    const scene = await setScene(app);
    const payment = await scene.staff.cash.record.mutate({
      orderId: scene.orderId,
      idempotencyKey: newKey(),
    });
    expect(await scene.staff.payments.trace.query({ paymentId: payment.id })).toMatchObject({
      calls: [],
      events: [],
    });
  });

  test('holds nothing of another payment of the same order', async () => {
    const scene = await setScene(app);
    const first = await pay(scene.guest, scene.orderId);
    await scene.guest.payments.cancel.mutate({ paymentId: first.id, idempotencyKey: newKey() });
    const second = await paid(scene);
    const [ofFirst, ofSecond] = await Promise.all(
      [first, second].map(({ id }) => scene.staff.payments.trace.query({ paymentId: id })),
    );
    const ids = (trace: typeof ofFirst) => (trace?.events ?? []).map((event) => event.eventId);
    expect(ids(ofFirst).length).toBeGreaterThan(0);
    expect(ids(ofSecond).length).toBeGreaterThan(0);
    expect(ids(ofFirst).filter((id) => ids(ofSecond).includes(id))).toEqual([]);
  });

  test('what an event failed with is for admins alone', async () => {
    const scene = await setScene(app);
    const payment = await paid(scene);
    await app.database.pool.query(`UPDATE webhook_events SET last_error = 'internals' WHERE object_id = $1`, [
      payment.paymentIntentId,
    ]);
    const seen = async (client: Scene['staff']) =>
      (await client.payments.trace.query({ paymentId: payment.id })).events.map((event) => event.lastError);
    expect(await seen(scene.staff)).not.toContain('internals');
    expect(await seen(await app.asOwner(scene.at.ownerId))).not.toContain('internals');
    expect(await seen(await app.asAdmin())).toContain('internals');
  });

  test('is for the restaurant; strangers learn nothing', async () => {
    const scene = await setScene(app);
    const stranger = await setScene(app);
    const payment = await paid(scene);
    const trace = (client: Scene['staff']) =>
      refusalOf(client.payments.trace.query({ paymentId: payment.id }));
    expect(await trace(scene.guest)).toMatchObject({ appCode: 'FORBIDDEN' });
    expect(await trace(stranger.staff)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await trace(app.anonymous())).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await refusalOf(scene.staff.payments.trace.query({ paymentId: newKey() }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('an event as Stripe sent it', () => {
  test('comes without persons and secrets', async () => {
    const scene = await setScene(app);
    const payment = await paid(scene);
    const owner = await app.asOwner(scene.at.ownerId);
    const { events } = await owner.payments.trace.query({ paymentId: payment.id });
    for (const { eventId } of events) {
      const raw = await owner.payments.rawEvent.query({ paymentId: payment.id, eventId });
      expect(raw.payload).toMatchObject({ id: eventId, object: 'event' });
      const text = JSON.stringify(raw.payload);
      expect(text).not.toContain(payment.clientSecret ?? 'none');
      expect(text).not.toMatch(/_secret_|"last4":"/);
    }
    expect(events.length).toBeGreaterThan(1);
  });

  test('of another payment is not there, even for who may see both', async () => {
    const [mine, other] = [await setScene(app), await setScene(app)];
    const [payment, foreign] = [await paid(mine), await paid(other)];
    const admin = await app.asAdmin();
    const { events } = await admin.payments.trace.query({ paymentId: foreign.id });
    const eventId = events[0]?.eventId ?? '';
    const ask = (paymentId: string) => admin.payments.rawEvent.query({ paymentId, eventId });
    expect((await ask(foreign.id)).eventId).toBe(eventId);
    expect(await refusalOf(ask(payment.id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('says so when the payload was deleted by age', async () => {
    const scene = await setScene(app);
    const payment = await paid(scene);
    const owner = await app.asOwner(scene.at.ownerId);
    const { events } = await owner.payments.trace.query({ paymentId: payment.id });
    const eventId = events[0]?.eventId ?? '';
    await app.database.pool.query('DELETE FROM webhook_payloads WHERE event_id = $1', [eventId]);
    expect((await owner.payments.rawEvent.query({ paymentId: payment.id, eventId })).payload).toBeNull();
    const after = await owner.payments.trace.query({ paymentId: payment.id });
    expect(after.events.find((event) => event.eventId === eventId)?.hasPayload).toBe(false);
  });

  test('is not for staff', async () => {
    const scene = await setScene(app);
    const payment = await paid(scene);
    const { events } = await scene.staff.payments.trace.query({ paymentId: payment.id });
    const ask = scene.staff.payments.rawEvent.query({
      paymentId: payment.id,
      eventId: events[0]?.eventId ?? '',
    });
    expect(await refusalOf(ask)).toMatchObject({ appCode: 'FORBIDDEN' });
  });
});

test('history and refunds name who did it, as they are called now', async () => {
  const scene = await setScene(app);
  const payment = await paid(scene);
  await scene.service.platform.users.sync.mutate({
    users: [{ id: scene.at.staffId, email: null, name: 'Ada Lovelace', version: 2 }],
  });
  await scene.staff.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 100,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });
  const history = await scene.staff.payments.history.query({ paymentId: payment.id });
  expect(history.find((entry) => entry.action === 'refund_requested')).toMatchObject({
    actor: `user:${scene.at.staffId}`,
    actorName: 'Ada Lovelace',
  });
  expect(history.find((entry) => entry.action === 'completed')?.actorName).toBeNull();
  expect((await scene.staff.refunds.list.query({ paymentId: payment.id })).items).toMatchObject([
    { requestedBy: `user:${scene.at.staffId}`, requestedByName: 'Ada Lovelace' },
  ]);
});
