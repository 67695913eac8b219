import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { confirmSetup } from '../../support/confirm-setup';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf } from '../payments/support';
import { decline } from '../retry/support';
import { type CustomerScene, customerScene, newCard, openPayment, saveCard } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_TIMEOUT_MS: '600', STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

function payWith(scene: CustomerScene, paymentId: string, savedCardId: string, idempotencyKey = newKey()) {
  return scene.client.payments.payWithSavedCard.mutate({ paymentId, savedCardId, idempotencyKey });
}

const charges = (intentId: string | null) =>
  app.simulator.control.state().charges.filter((c) => c.payment_intent === intentId && c.paid);

test('a saved card pays at once: COMPLETED with its brand, once, whatever the webhooks do', async () => {
  const scene = await customerScene(app);
  const card = await saveCard(scene, 'pm_card_visa_debit');
  const payment = await openPayment(scene);
  app.simulator.control.holdWebhooks();
  const key = newKey();
  const paid = await payWith(scene, payment.id, card.id, key);
  expect(paid).toMatchObject({
    requiresAction: false,
    payment: {
      status: 'COMPLETED',
      cardBrand: 'visa',
      cardLast4: '5556',
      cardFunding: 'debit',
      retryCount: 0,
    },
  });
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  expect(await payWith(scene, payment.id, card.id, key)).toMatchObject({
    payment: { id: payment.id, status: 'COMPLETED' },
  });
  expect(charges(payment.paymentIntentId)).toHaveLength(1);
});

test('a card saved while paying pays the next order', async () => {
  const scene = await customerScene(app);
  const orderId = await seedOrder(await app.asService(), scene.at, { customerId: scene.userId });
  const first = await scene.client.payments.create.mutate({
    orderId,
    saveCard: true,
    idempotencyKey: newKey(),
  });
  await payWithCard(app, first);
  const card = await newCard(scene, []);
  const second = await openPayment(scene);
  expect((await payWith(scene, second.id, card.id)).payment.status).toBe('COMPLETED');
});

test('a share of the table is paid with a saved card by the customer who sits there', async () => {
  const scene = await customerScene(app);
  const card = await saveCard(scene);
  const service = await app.asService();
  const session = await seedSession(service, scene.at);
  await seedOrder(service, scene.at, { session });
  const seated = { ...scene, client: await app.asCustomer(scene.userId, session.guests[0]) };
  const share = await seated.client.tableSessions.pay.mutate({
    tableSessionId: session.sessionId,
    shareMinor: 1000,
    idempotencyKey: newKey(),
  });
  const paid = await payWith(seated, share.id, card.id);
  expect(paid.payment).toMatchObject({ status: 'COMPLETED', totalMinor: 1000 });
});

describe('a bank that wants to see the guest', () => {
  test.each([
    ['succeed', 'COMPLETED'],
    ['fail', 'FAILED'],
  ] as const)(
    'the browser goes on with the client secret; authentication that does %s ends %s',
    async (outcome, status) => {
      const scene = await customerScene(app);
      const card = await savedAuthenticatedCard(scene);
      const payment = await openPayment(scene);
      const waiting = await payWith(scene, payment.id, card.id);
      expect(waiting).toMatchObject({
        requiresAction: true,
        payment: { status: 'PENDING', clientSecret: payment.clientSecret },
      });
      app.simulator.control.completeAuthentication({
        paymentIntent: payment.paymentIntentId ?? '',
        outcome,
      });
      await waitForStatus(scene.client, payment.id, status);
    },
  );
});

describe('a card that is declined when it pays', () => {
  test('is told as such, holds the bill, and another saved card pays the same payment as a retry', async () => {
    const scene = await customerScene(app);
    const poor = await savedPoorCard(scene);
    const rich = await saveCard(scene);
    const payment = await openPayment(scene);
    const key = newKey();
    for (const _again of [1, 2]) {
      expect(await refusalOf(payWith(scene, payment.id, poor, key))).toMatchObject({
        appCode: 'CARD_DECLINED',
        message: 'Your card has insufficient funds. Please use another card.',
      });
    }
    const failed = await scene.client.payments.get.query({ paymentId: payment.id });
    expect(failed).toMatchObject({ status: 'FAILED', retryCount: 0 });
    expect(failed.failureReason).toContain('insufficient funds');
    expect((await payWith(scene, payment.id, rich.id)).payment).toMatchObject({
      status: 'COMPLETED',
      retryCount: 1,
    });
    expect(intentsOf(app, payment.id)).toHaveLength(1);
    expect(charges(payment.paymentIntentId)).toHaveLength(1);
  });

  test('counts with the other retries, up to the limit', async () => {
    const scene = await customerScene(app);
    const card = await saveCard(scene);
    const payment = await openPayment(scene);
    await decline(app, scene.client, payment);
    for (let n = 1; n <= 3; n++) {
      await scene.client.payments.retry.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
      await decline(app, scene.client, payment);
    }
    const key = newKey();
    for (const _again of [1, 2])
      expect(await refusalOf(payWith(scene, payment.id, card.id, key))).toMatchObject({
        appCode: 'RETRY_LIMIT_REACHED',
      });
    expect(intentsOf(app, payment.id).map(({ status }) => status)).toEqual(['canceled']);
  });
});

describe('when the confirmation meets', () => {
  test.each([
    ['hang_after_execution', 1],
    ['lost_answer', 2],
    ['server_error_after_execution', 1],
  ] as const)('%s, the payment is looked at and found paid: once', async (kind, times) => {
    const scene = await customerScene(app);
    const card = await saveCard(scene);
    const payment = await openPayment(scene);
    app.simulator.control.addFault({
      kind,
      times,
      method: 'POST',
      pathPattern: '/v1/payment_intents/*/confirm',
    });
    const key = newKey();
    const paid = await waitFor('the payment is answered', () =>
      payWith(scene, payment.id, card.id, key).catch(() => null),
    );
    expect(paid.payment.status).toBe('COMPLETED');
    expect(charges(payment.paymentIntentId)).toHaveLength(1);
  });

  test.each(['hang', 'server_error', 'rate_limit'] as const)(
    '%s before it was carried out, the repeat with the same key pays once',
    async (kind) => {
      const scene = await customerScene(app);
      const card = await saveCard(scene);
      const payment = await openPayment(scene);
      app.simulator.control.addFault({
        kind,
        times: 1,
        method: 'POST',
        pathPattern: '/v1/payment_intents/*/confirm',
      });
      const key = newKey();
      const refusal = await refusalOf(payWith(scene, payment.id, card.id, key));
      expect(refusal.appCode).toMatch(/^PROCESSOR_(OUTCOME_UNKNOWN|UNAVAILABLE)$/);
      const paid = await waitFor('the repeat is answered', () =>
        payWith(scene, payment.id, card.id, key).catch(() => null),
      );
      expect(paid.payment.status).toBe('COMPLETED');
      expect(charges(payment.paymentIntentId)).toHaveLength(1);
    },
  );
});

describe('refusals', () => {
  test('a removed card, and another customer’s', async () => {
    const [scene, other] = [await customerScene(app), await customerScene(app)];
    const [card, foreign] = [await saveCard(scene), await saveCard(other)];
    const payment = await openPayment(scene);
    await scene.client.paymentMethods.remove.mutate({ savedCardId: card.id, idempotencyKey: newKey() });
    for (const id of [card.id, foreign.id, newKey()])
      expect(await refusalOf(payWith(scene, payment.id, id))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(payWith(other, payment.id, foreign.id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a payment that was paid, cancelled, is in cash, or whose time is over', async () => {
    const scene = await customerScene(app);
    const card = await saveCard(scene);
    const paid = await openPayment(scene);
    await payWith(scene, paid.id, card.id);
    const cancelled = await openPayment(scene);
    await scene.client.payments.cancel.mutate({ paymentId: cancelled.id, idempotencyKey: newKey() });
    const orderId = await seedOrder(await app.asService(), scene.at, { customerId: scene.userId });
    const cash = await scene.client.cash.request.mutate({ orderId, idempotencyKey: newKey() });
    const over = await openPayment(scene);
    await app.database.pool.query('UPDATE payments SET expires_at = now() WHERE id = $1', [over.id]);
    for (const { id } of [paid, cancelled, cash, over])
      expect(await refusalOf(payWith(scene, id, card.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });

  test('a key with another card', async () => {
    const scene = await customerScene(app);
    const [card, other] = [await saveCard(scene), await saveCard(scene, 'pm_card_amex')];
    const payment = await openPayment(scene);
    const key = newKey();
    await payWith(scene, payment.id, card.id, key);
    expect(await refusalOf(payWith(scene, payment.id, other.id, key))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});

/** A card that asks for authentication at every payment, saved with one. */
async function savedAuthenticatedCard(scene: CustomerScene) {
  const setup = await scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
  await confirmSetup(app, setup, 'pm_card_authenticationRequired');
  app.simulator.control.completeSetupAuthentication({ setupIntent: setup.setupIntentId, outcome: 'succeed' });
  return waitFor('the card is in the list', async () => (await scene.client.paymentMethods.list.query())[0]);
}

/**
 * A card that could be saved and has no money when it pays: Stripe's test card for that (0341, which declines when charged)
 * cannot be set up at the simulator, so it is attached as a dashboard would.
 */
async function savedPoorCard(scene: CustomerScene): Promise<string> {
  await scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
  const { rows } = await app.database.pool.query('SELECT stripe_customer_id AS id FROM users WHERE id = $1', [
    scene.userId,
  ]);
  await fetch(`${app.simulator.url}/v1/payment_methods/pm_card_chargeDeclinedInsufficientFunds/attach`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.env.stripe.secretKey}` },
    body: new URLSearchParams({ customer: rows[0].id }),
  });
  const card = await waitFor(
    'the card is in the list',
    async () => (await scene.client.paymentMethods.list.query())[0],
  );
  return card.id;
}
