import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, pay, rows, setScene, syncSession } from '../payments/support';
import { payTable, refusedWith, tableOfTen } from '../table-sessions/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

type Method = 'CARD' | 'DIGITAL_WALLET' | 'CASH';
const change = (client: Client, paymentId: string, method: Method, idempotencyKey: string = newKey()) =>
  client.payments.changeMethod.mutate({ paymentId, method, idempotencyKey });
const askCash = (client: Client, orderId: string) =>
  client.cash.request.mutate({ orderId, idempotencyKey: newKey() });

describe('from card to cash', () => {
  test('the intent is cancelled first; the payment stays, PENDING and holding, and staff confirm it', async () => {
    const { guest, mate, staff, orderId } = await setScene(app);
    const card = await pay(guest, orderId, { tipMinor: 100 });
    const cash = await change(guest, card.id, 'CASH');
    expect(cash).toMatchObject({
      id: card.id,
      status: 'PENDING',
      method: 'CASH',
      provider: 'CASH',
      totalMinor: 2800,
      paymentIntentId: null,
      clientSecret: null,
    });
    expect(intentsOf(app, card.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await payWithCard(app, card)).status).toBe(400);
    expect(await refusedWith(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
    await app.simulator.control.waitForDeliveries();
    expect((await staff.cash.confirm.mutate({ paymentId: card.id, idempotencyKey: newKey() })).status).toBe(
      'COMPLETED',
    );
  });

  test('by whoever hears of the cancellation: a webhook that comes before our own answer', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 1,
      method: 'POST',
      pathPattern: `/v1/payment_intents/${card.paymentIntentId}/cancel`,
    });
    await change(guest, card.id, 'CASH').catch(() => undefined);
    await app.simulator.control.waitForDeliveries();
    expect(await guest.payments.get.query({ paymentId: card.id })).toMatchObject({
      status: 'PENDING',
      provider: 'CASH',
    });
  });

  test('a late webhook of the old intent changes nothing', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    app.simulator.control.holdWebhooks();
    await change(guest, card.id, 'CASH');
    app.simulator.control.releaseWebhooks();
    await app.simulator.control.waitForDeliveries();
    expect(await guest.payments.get.query({ paymentId: card.id })).toMatchObject({
      status: 'PENDING',
      provider: 'CASH',
    });
  });

  test('not once it is paid, though we do not know it yet', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    app.simulator.control.holdWebhooks();
    await payWithCard(app, card);
    expect(await refusedWith(change(guest, card.id, 'CASH'))).toMatchObject({
      appCode: 'ILLEGAL_TRANSITION',
    });
    expect(await guest.payments.get.query({ paymentId: card.id })).toMatchObject({
      status: 'COMPLETED',
      provider: 'STRIPE',
    });
  });

  test('calling the payment off meanwhile wins: it does not become cash', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    app.simulator.control.addFault({
      kind: 'server_error',
      times: 1,
      method: 'POST',
      pathPattern: `/v1/payment_intents/${card.paymentIntentId}/cancel`,
    });
    await change(guest, card.id, 'CASH').catch(() => undefined);
    const { status, provider } = await guest.payments.cancel.mutate({
      paymentId: card.id,
      idempotencyKey: newKey(),
    });
    expect([status, provider]).toEqual(['CANCELLED', 'STRIPE']);
  });
});

describe('from cash to card', () => {
  test('gets an intent of its own that the card pays', async () => {
    const { guest, orderId } = await setScene(app);
    const cash = await askCash(guest, orderId);
    const card = await change(guest, cash.id, 'CARD');
    expect(card).toMatchObject({
      id: cash.id,
      status: 'PENDING',
      method: 'CARD',
      provider: 'STRIPE',
      totalMinor: 2700,
    });
    await payWithCard(app, card);
    expect(await waitForStatus(guest, cash.id, 'COMPLETED')).toMatchObject({ cardLast4: '4242' });
  });

  test('and back, and to card again: each time another intent, the last one is paid, late webhooks change nothing', async () => {
    const { guest, orderId } = await setScene(app);
    app.simulator.control.holdWebhooks();
    const first = await pay(guest, orderId);
    await change(guest, first.id, 'CASH');
    const second = await change(guest, first.id, 'CARD');
    await change(guest, first.id, 'CASH');
    const third = await change(guest, first.id, 'CARD');
    const ids = [first, second, third].map((p) => p.paymentIntentId);
    expect(new Set(ids).size).toBe(3);
    app.simulator.control.releaseWebhooks();
    await app.simulator.control.waitForDeliveries();
    expect(await guest.payments.get.query({ paymentId: first.id })).toMatchObject({
      status: 'PENDING',
      paymentIntentId: third.paymentIntentId,
    });
    await payWithCard(app, third);
    await waitForStatus(guest, first.id, 'COMPLETED');
    expect(intentsOf(app, first.id).filter((i) => i.status === 'succeeded')).toHaveLength(1);
  });

  test('a lost answer: a repeat finds the new intent, not the old cancelled one', async () => {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await change(guest, payment.id, 'CASH');
    app.simulator.control.addFault({
      kind: 'hang',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const key = newKey();
    await change(guest, payment.id, 'CARD', key).catch(() => undefined);
    const card = await change(guest, payment.id, 'CARD', key);
    expect(card).toMatchObject({ status: 'PENDING', provider: 'STRIPE' });
    expect(card.paymentIntentId).not.toBe(payment.paymentIntentId);
    await payWithCard(app, card);
    await waitForStatus(guest, payment.id, 'COMPLETED');
  });

  test('is refused below what a card takes; it stays cash', async () => {
    const { guest, session } = await tableOfTen(app);
    const cash = await payTable(guest, session, { shareMinor: 20, method: 'CASH' });
    expect(await refusedWith(change(guest, cash.id, 'CARD'))).toMatchObject({
      appCode: 'AMOUNT_BELOW_MINIMUM',
    });
    expect(await guest.payments.get.query({ paymentId: cash.id })).toMatchObject({
      status: 'PENDING',
      provider: 'CASH',
    });
  });
});

test('between card and wallet only the name changes; the same again changes nothing', async () => {
  const { guest, orderId } = await setScene(app);
  const card = await pay(guest, orderId);
  expect(await change(guest, card.id, 'DIGITAL_WALLET')).toMatchObject({
    method: 'DIGITAL_WALLET',
    clientSecret: card.clientSecret,
  });
  const before = await rows(app, 'SELECT 1 FROM payment_audit_log WHERE payment_id = $1', [card.id]);
  expect(await change(guest, card.id, 'DIGITAL_WALLET')).toMatchObject({ method: 'DIGITAL_WALLET' });
  expect(await rows(app, 'SELECT 1 FROM payment_audit_log WHERE payment_id = $1', [card.id])).toHaveLength(
    before.length,
  );
});

test('a key does it once: a repeat answers what is, with other input it is refused', async () => {
  const { guest, orderId } = await setScene(app);
  const card = await pay(guest, orderId);
  const key = newKey();
  const first = await change(guest, card.id, 'CASH', key);
  expect(await change(guest, card.id, 'CASH', key)).toEqual(first);
  expect(await refusedWith(change(guest, card.id, 'CARD', key))).toMatchObject({
    appCode: 'IDEMPOTENCY_KEY_REUSED',
  });
});

describe('a late repeat of a change that another one has followed answers what is', () => {
  test('to cash, and to card since: the card intent lives on and pays', async () => {
    const { guest, orderId } = await setScene(app);
    const { id } = await pay(guest, orderId);
    const toCash = newKey();
    await change(guest, id, 'CASH', toCash);
    const card = await change(guest, id, 'CARD');
    expect(await change(guest, id, 'CASH', toCash)).toEqual(card);
    expect(intentsOf(app, id).find((i) => i.id === card.paymentIntentId)?.status).toBe(
      'requires_payment_method',
    );
    await payWithCard(app, card);
    await waitForStatus(guest, id, 'COMPLETED');
    expect(await change(guest, id, 'CASH', toCash)).toMatchObject({
      status: 'COMPLETED',
      provider: 'STRIPE',
    });
  });

  test.each(['CARD', 'DIGITAL_WALLET'] as const)(
    'to %s, and to cash since: no other intent',
    async (method) => {
      const { guest, orderId } = await setScene(app);
      const { id } = await askCash(guest, orderId);
      const toCard = newKey();
      await change(guest, id, method, toCard);
      const cash = await change(guest, id, 'CASH');
      expect(await change(guest, id, method, toCard)).toEqual(cash);
      expect(intentsOf(app, id)).toMatchObject([{ status: 'canceled' }]);
    },
  );

  test('to cash, which the processor did not hear: the repeat does it, once', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    const pathPattern = `/v1/payment_intents/${card.paymentIntentId}/cancel`;
    app.simulator.control.addFault({ kind: 'rate_limit', times: 1, method: 'POST', pathPattern });
    const toCash = newKey();
    expect(await refusedWith(change(guest, card.id, 'CASH', toCash))).toMatchObject({
      appCode: 'PROCESSOR_UNAVAILABLE',
    });
    expect(await change(guest, card.id, 'CASH', toCash)).toMatchObject({
      status: 'PENDING',
      provider: 'CASH',
    });
    const again = await change(guest, card.id, 'CARD');
    expect(await change(guest, card.id, 'CASH', toCash)).toEqual(again);
  });

  test.each([
    ['the processor did not hear', 'rate_limit', 'CARD'],
    ['the processor did not hear', 'rate_limit', 'DIGITAL_WALLET'],
    ['has no known end', 'hang', 'CARD'],
    ['has no known end, though it was done', 'hang_after_execution', 'CARD'],
  ] as const)('to cash, which %s (%s), and to %s since: the later wish holds', async (_, kind, method) => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    const pathPattern = `/v1/payment_intents/${card.paymentIntentId}/cancel`;
    app.simulator.control.holdWebhooks();
    app.simulator.control.addFault({ kind, method: 'POST', pathPattern });
    const toCash = newKey();
    await expect(change(guest, card.id, 'CASH', toCash)).rejects.toThrow();
    app.simulator.control.clearFaults();
    const again = await change(guest, card.id, method);
    expect(again).toMatchObject({ status: 'PENDING', provider: 'STRIPE', method });
    expect(await change(guest, card.id, 'CASH', toCash)).toEqual(again);
    app.simulator.control.releaseWebhooks();
    await app.simulator.control.waitForDeliveries();
    expect(await change(guest, card.id, 'CASH', toCash)).toEqual(again);
    await payWithCard(app, again);
    await waitForStatus(guest, card.id, 'COMPLETED');
    expect(intentsOf(app, card.id).filter((i) => i.status === 'succeeded')).toHaveLength(1);
  });

  test('to cash and to card since, neither of which the processor heard: only the last one is gone on with', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    const pathPattern = `/v1/payment_intents/${card.paymentIntentId}/cancel`;
    app.simulator.control.addFault({ kind: 'rate_limit', method: 'POST', pathPattern });
    const [toCash, toCard] = [newKey(), newKey()];
    for (const [method, key] of [
      ['CASH', toCash],
      ['CARD', toCard],
    ] as const)
      expect(await refusedWith(change(guest, card.id, method, key))).toMatchObject({
        appCode: 'PROCESSOR_UNAVAILABLE',
      });
    app.simulator.control.clearFaults();
    expect(await change(guest, card.id, 'CASH', toCash)).toMatchObject({
      provider: 'STRIPE',
      paymentIntentId: card.paymentIntentId,
    });
    const again = await change(guest, card.id, 'CARD', toCard);
    expect(again).toMatchObject({ status: 'PENDING', provider: 'STRIPE' });
    expect(await change(guest, card.id, 'CARD', toCard)).toEqual(again);
    expect(await change(guest, card.id, 'CASH', toCash)).toEqual(again);
    await payWithCard(app, again);
    await waitForStatus(guest, card.id, 'COMPLETED');
  });
});

test('refused: what is no longer PENDING, a mate’s payment, a stranger’s, a closed table', async () => {
  const scene = await setScene(app);
  const { guest, mate, staff, orderId } = scene;
  const card = await pay(guest, orderId);
  expect(await refusedWith(change(mate, card.id, 'CASH'))).toMatchObject({ code: 'FORBIDDEN' });
  const stranger = await setScene(app);
  expect(await refusedWith(change(stranger.guest, card.id, 'CASH'))).toMatchObject({ appCode: 'NOT_FOUND' });
  await payWithCard(app, card, 'pm_card_chargeDeclined');
  await waitForStatus(guest, card.id, 'FAILED');
  expect(await refusedWith(change(guest, card.id, 'CASH'))).toMatchObject({
    code: 'CONFLICT',
    appCode: 'ILLEGAL_TRANSITION',
  });
  const cash = await askCash(stranger.guest, stranger.orderId);
  await stranger.staff.cash.confirm.mutate({ paymentId: cash.id, idempotencyKey: newKey() });
  expect(await refusedWith(change(stranger.guest, cash.id, 'CARD'))).toMatchObject({
    appCode: 'ILLEGAL_TRANSITION',
  });
  expect(await refusedWith(change(staff, cash.id, 'CARD'))).toMatchObject({ appCode: 'NOT_FOUND' });
  const third = await setScene(app);
  const open = await pay(third.guest, third.orderId);
  await rows(app, 'UPDATE table_sessions SET expires_at = now() WHERE id = $1', [third.session.sessionId]);
  expect(await refusedWith(change(third.guest, open.id, 'CASH'))).toMatchObject({
    appCode: 'SESSION_CLOSED',
  });
  await syncSession(third, { status: 'CLOSED' });
});
