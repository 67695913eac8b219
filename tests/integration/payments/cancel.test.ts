import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, otherId, pay, rows, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const cancel = (client: Client, paymentId: string, more: { reason?: string; idempotencyKey?: string } = {}) =>
  client.payments.cancel.mutate({ paymentId, idempotencyKey: newKey(), ...more });

test('cancelling ends the intent at the processor, then the payment, and the bill is free at once', async () => {
  const { guest, mate, orderId } = await setScene(app);
  app.simulator.control.holdWebhooks();
  const payment = await pay(guest, orderId);
  expect(await cancel(guest, payment.id)).toMatchObject({
    id: payment.id,
    status: 'CANCELLED',
    clientSecret: null,
  });
  expect(intentsOf(app, payment.id)).toMatchObject([{ status: 'canceled' }]);
  expect((await pay(mate, orderId)).totalMinor).toBe(2700);
  expect((await payWithCard(app, payment)).status).toBe(400);
});

test('cancelling again answers the cancelled payment, with the same key and with another, without asking again', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  const idempotencyKey = newKey();
  const first = await cancel(guest, payment.id, { idempotencyKey });
  expect(await cancel(guest, payment.id, { idempotencyKey })).toEqual(first);
  expect((await cancel(guest, payment.id)).status).toBe('CANCELLED');
  const calls = app.simulator.control
    .requests()
    .filter((r) => r.path.endsWith(`${payment.paymentIntentId}/cancel`));
  expect(calls).toHaveLength(1);
});

test('a key used for another payment is refused', async () => {
  const a = await setScene(app);
  const payment = await pay(a.guest, a.orderId);
  const idempotencyKey = newKey();
  await cancel(a.guest, payment.id, { idempotencyKey });
  const again = await pay(a.guest, a.orderId);
  expect(await refusalOf(cancel(a.guest, again.id, { idempotencyKey }))).toMatchObject({
    appCode: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('a declined payment can be cancelled', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(guest, payment.id, 'FAILED');
  expect((await cancel(guest, payment.id)).status).toBe('CANCELLED');
});

test('a completed payment is refused', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  expect(await refusalOf(cancel(guest, payment.id))).toMatchObject({
    code: 'CONFLICT',
    appCode: 'ILLEGAL_TRANSITION',
  });
});

test('a payment that was paid without our knowing is refused and shows COMPLETED at once', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, payment);
  expect(await refusalOf(cancel(guest, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  const page = await guest.payments.list.query({ orderId });
  expect(page.items).toMatchObject([{ id: payment.id, status: 'COMPLETED' }]);
});

test('a payment that is being processed is refused, whether we know it or not, and keeps its hold', async () => {
  const { guest, mate, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, payment, 'pm_card_processing');
  for (const _try of ['unknown to us', 'known to us']) {
    expect(await refusalOf(cancel(guest, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  }
  expect(await refusalOf(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
});

describe('after a cancellation was refused because the bank was processing, and the bank then declined', () => {
  async function refusedThenDeclined() {
    const { control } = app.simulator;
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    control.holdWebhooks();
    await payWithCard(app, payment, 'pm_card_processing');
    expect(await refusalOf(cancel(scene.guest, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
    control.finishProcessing({ paymentIntent: payment.paymentIntentId ?? '', outcome: 'fail' });
    control.releaseWebhooks();
    await waitForStatus(scene.guest, payment.id, 'FAILED');
    await control.waitForDeliveries();
    return { ...scene, payment };
  }

  test('it is cancelled, though the processor stores the first refusal under its key', async () => {
    const { guest, mate, orderId, payment } = await refusedThenDeclined();
    expect((await cancel(guest, payment.id)).status).toBe('CANCELLED');
    expect(intentsOf(app, payment.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await pay(mate, orderId)).status).toBe('PENDING');
  });

  test('a payment whose success has not been delivered is refused, and shows COMPLETED at once', async () => {
    const { guest, payment } = await refusedThenDeclined();
    app.simulator.control.holdWebhooks();
    await payWithCard(app, payment);
    expect(await refusalOf(cancel(guest, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
    expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');
  });

  test('a new processing that has not been delivered is refused, and shows PROCESSING', async () => {
    const { guest, payment } = await refusedThenDeclined();
    app.simulator.control.holdWebhooks();
    await payWithCard(app, payment, 'pm_card_processing');
    expect(await refusalOf(cancel(guest, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
    expect(await rows(app, 'SELECT status FROM payments WHERE id = $1', [payment.id])).toEqual([
      { status: 'PROCESSING' },
    ]);
  });

  test('a lost answer to the second try is an unknown outcome, and a repeat with the same key cancels', async () => {
    const { guest, payment } = await refusedThenDeclined();
    app.simulator.control.holdWebhooks();
    const pathPattern = '/v1/payment_intents/*/cancel';
    // The first question gets the remembered refusal, a moment late.
    app.simulator.control.addFault({ kind: 'delay', delayMs: 1, times: 1, pathPattern });
    app.simulator.control.addFault({ kind: 'hang_after_execution', times: 1, pathPattern });
    const idempotencyKey = newKey();
    expect(await refusalOf(cancel(guest, payment.id, { idempotencyKey }))).toMatchObject({
      appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
    });
    app.simulator.control.clearFaults();
    expect((await cancel(guest, payment.id, { idempotencyKey })).status).toBe('CANCELLED');
  });
});

test('one that was cancelled at the dashboard without our knowing answers as cancelled', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.holdWebhooks();
  app.simulator.control.dashboardCancel({ paymentIntent: payment.paymentIntentId ?? '' });
  expect((await cancel(guest, payment.id)).status).toBe('CANCELLED');
});

describe('who may', () => {
  test('the payer, staff and admins; not a table mate, a stranger, or nobody', async () => {
    const scene = await setScene(app);
    const stranger = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    expect(await refusalOf(cancel(scene.mate, payment.id))).toMatchObject({
      code: 'FORBIDDEN',
      appCode: 'FORBIDDEN',
    });
    for (const client of [stranger.guest, stranger.staff, await app.asCustomer('c-1')]) {
      expect(await refusalOf(cancel(client, payment.id))).toMatchObject({
        code: 'NOT_FOUND',
        appCode: 'NOT_FOUND',
      });
    }
    expect(await refusalOf(cancel(app.anonymous(), payment.id))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
    expect((await cancel(scene.staff, payment.id)).status).toBe('CANCELLED');
    const again = await pay(scene.guest, scene.orderId);
    expect((await cancel(await app.asAdmin(), again.id)).status).toBe('CANCELLED');
  });

  test('an unknown payment is not found; a malformed id is refused as input', async () => {
    const { guest } = await setScene(app);
    expect(await refusalOf(cancel(guest, otherId()))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(cancel(guest, 'not-a-uuid'))).toMatchObject({ appCode: 'INVALID_INPUT' });
  });

  test('who asked and why stands in the history', async () => {
    const { guest, staff, at, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await cancel(staff, payment.id, { reason: 'Guest pays in cash' });
    const history = await staff.payments.history.query({ paymentId: payment.id });
    expect(history).toMatchObject([
      { action: 'created' },
      { action: 'intent_created' },
      { action: 'cancel_requested', actor: `user:${at.staffId}`, details: { reason: 'Guest pays in cash' } },
      { action: 'cancelled', previousStatus: 'PENDING', newStatus: 'CANCELLED' },
    ]);
  });

  test('what a caller wrote is erasable: the append-only audit does not hold it, of card or cash', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const reason = 'Ask for Jane Doe, 555-0100';
    const card = await pay(guest, orderId);
    await cancel(staff, card.id, { reason });
    const cash = await guest.cash.request.mutate({ orderId, idempotencyKey: newKey() });
    await cancel(staff, cash.id, { reason });
    for (const { id } of [card, cash]) {
      const kept = await rows(app, 'SELECT details::text FROM payment_audit_log WHERE payment_id = $1', [id]);
      expect(JSON.stringify(kept)).not.toContain('Jane');
      const history = await staff.payments.history.query({ paymentId: id });
      expect(history).toContainEqual(expect.objectContaining({ details: { reason } }));
      await rows(
        app,
        'DELETE FROM payment_audit_clients WHERE audit_id IN (SELECT id FROM payment_audit_log WHERE payment_id = $1)',
        [id],
      );
      expect(JSON.stringify(await staff.payments.history.query({ paymentId: id }))).not.toContain('Jane');
    }
  });
});

describe('when the processor answers with', () => {
  test.each([
    ['rate_limit', 'PROCESSOR_UNAVAILABLE', 1],
    ['server_error', 'PROCESSOR_OUTCOME_UNKNOWN', 1],
    ['server_error_after_execution', 'PROCESSOR_OUTCOME_UNKNOWN', 1],
    ['hang', 'PROCESSOR_OUTCOME_UNKNOWN', 1],
    ['hang_after_execution', 'PROCESSOR_OUTCOME_UNKNOWN', 1],
    ['lost_answer', 'PROCESSOR_OUTCOME_UNKNOWN', 2],
  ] as const)(
    '%s the caller is told %s, the hold stays, and a repeat with the same key cancels',
    async (kind, appCode, times) => {
      const { guest, mate, orderId } = await setScene(app);
      const payment = await pay(guest, orderId);
      app.simulator.control.holdWebhooks();
      app.simulator.control.addFault({ kind, times, pathPattern: '/v1/payment_intents/*/cancel' });
      const idempotencyKey = newKey();
      expect(await refusalOf(cancel(guest, payment.id, { idempotencyKey }))).toMatchObject({ appCode });
      expect(await refusalOf(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
      expect((await cancel(guest, payment.id, { idempotencyKey })).status).toBe('CANCELLED');
      expect((await pay(mate, orderId)).status).toBe('PENDING');
    },
  );
});
