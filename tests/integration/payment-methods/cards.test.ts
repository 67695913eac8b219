import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { finishDetaches } from '@/services/payment-methods/detach';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { confirmSetup } from '../../support/confirm-setup';
import { sendWebhook, stripeEvent, stripeId } from '../../support/webhook-sender';
import { type CustomerScene, customerScene, methodsAtProcessor, newCard, saveCard } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_TIMEOUT_MS: '600', STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
});
afterAll(() => app.stop());

const list = ({ client }: CustomerScene) => client.paymentMethods.list.query();

describe('saving', () => {
  test('a card that was set up lands in the list by its news: brand, last four digits, expiry, the first as default', async () => {
    const scene = await customerScene(app);
    expect(await list(scene)).toEqual([]);
    const card = await saveCard(scene, 'pm_card_mastercard');
    expect(card).toMatchObject({
      type: 'card',
      brand: 'mastercard',
      last4: '4444',
      isDefault: true,
      isExpired: false,
    });
    expect(card.expYear).toBeGreaterThan(2000);
    expect((await saveCard(scene)).isDefault).toBe(false);
    const { rows } = await app.database.pool.query('SELECT * FROM payment_methods WHERE id = $1', [card.id]);
    expect(JSON.stringify(rows)).not.toMatch(/sim5555|fingerprint|5555555555554444/);
  });

  test.each([
    ['pm_card_applePay', 'apple_pay'],
    ['pm_card_googlePay', 'google_pay'],
  ])('%s is kept as %s', async (token, type) => {
    expect(await saveCard(await customerScene(app), token)).toMatchObject({ type, last4: '4242' });
  });

  test('a card that was saved while paying lands there too', async () => {
    const scene = await customerScene(app);
    const orderId = await seedOrder(await app.asService(), scene.at, { customerId: scene.userId });
    const payment = await scene.client.payments.create.mutate({
      orderId,
      saveCard: true,
      idempotencyKey: newKey(),
    });
    await payWithCard(app, payment, 'pm_card_visa_debit');
    await waitForStatus(scene.client, payment.id, 'COMPLETED');
    expect(await newCard(scene, [])).toMatchObject({ brand: 'visa', last4: '5556', isDefault: true });
  });

  test('a card that needs authentication is saved once it is given, and not when it fails', async () => {
    const scene = await customerScene(app);
    for (const outcome of ['fail', 'succeed'] as const) {
      const setup = await scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
      const { body } = await confirmSetup(app, setup, 'pm_card_threeDSecure2Required');
      expect(body.status).toBe('requires_action');
      app.simulator.control.completeSetupAuthentication({ setupIntent: setup.setupIntentId, outcome });
      await app.simulator.control.waitForDeliveries();
      expect(await list(scene)).toHaveLength(outcome === 'fail' ? 0 : 1);
    }
  });

  test('a declined card is not saved', async () => {
    const scene = await customerScene(app);
    const setup = await scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
    expect((await confirmSetup(app, setup, 'pm_card_chargeDeclined')).status).toBe(402);
    await app.simulator.control.waitForDeliveries();
    expect(await list(scene)).toEqual([]);
  });

  test('one key is one setup, of one customer at the processor', async () => {
    const scene = await customerScene(app);
    const setup = (idempotencyKey: string) =>
      scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey });
    const key = newKey();
    const [first, again] = [await setup(key), await setup(key)];
    expect(again).toEqual(first);
    expect((await setup(newKey())).setupIntentId).not.toBe(first.setupIntentId);
    const { customers, setupIntents } = app.simulator.control.state();
    expect(customers.filter((c) => c.metadata.userId === scene.userId)).toHaveLength(1);
    expect(setupIntents.find((s) => s.id === first.setupIntentId)?.usage).toBe('off_session');
  });

  test.each(['hang_after_execution', 'lost_answer', 'server_error_after_execution', 'rate_limit'] as const)(
    'a setup whose creation meets %s is repeated with its key',
    async (kind) => {
      const scene = await customerScene(app);
      await scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
      app.simulator.control.addFault({ kind, times: 2, method: 'POST', pathPattern: '/v1/setup_intents' });
      const key = newKey();
      const setup = await waitFor('the repeat is answered', () =>
        scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: key }).catch(() => null),
      );
      await confirmSetup(app, setup);
      expect(await newCard(scene, [])).toMatchObject({ last4: '4242' });
    },
  );

  test('news of a card told five times is one card', async () => {
    const scene = await customerScene(app);
    await saveCard(scene);
    for (let n = 0; n < 5; n++) app.simulator.control.redeliver({ types: ['payment_method.attached'] });
    await app.simulator.control.waitForDeliveries();
    expect(await list(scene)).toHaveLength(1);
  });

  test('a card of a customer that is not ours is nobody’s here', async () => {
    const event = stripeEvent('payment_method.attached', {
      id: stripeId('pm'),
      object: 'payment_method',
      type: 'card',
      customer: stripeId('cus'),
      created: 1_700_000_000,
      card: { brand: 'visa', last4: '4242', exp_month: 1, exp_year: 2030, wallet: null },
    });
    expect((await sendWebhook(app, event)).status).toBe(200);
    const { rows } = await app.database.pool.query('SELECT outcome FROM webhook_events WHERE event_id = $1', [
      event.id,
    ]);
    expect(rows).toEqual([{ outcome: 'foreign: no customer of ours' }]);
  });

  test('a card that its bank renewed shows the new expiry', async () => {
    const scene = await customerScene(app);
    const card = await saveCard(scene);
    const [method] = await methodsAtProcessor(scene);
    if (!method?.card) throw new Error('the card is not at the processor');
    await sendWebhook(
      app,
      stripeEvent('payment_method.automatically_updated', {
        ...method,
        card: { ...method.card, exp_month: 2, exp_year: 2031, last4: '1881' },
      }),
    );
    expect(await list(scene)).toMatchObject([{ id: card.id, expMonth: 2, expYear: 2031, last4: '1881' }]);
  });
});

describe('the default', () => {
  test('is the first card, until another is chosen; one key chooses once', async () => {
    const scene = await customerScene(app);
    const [first, second] = [await saveCard(scene), await saveCard(scene, 'pm_card_amex')];
    const key = newKey();
    const choose = (savedCardId: string, idempotencyKey: string) =>
      scene.client.paymentMethods.setDefault.mutate({ savedCardId, idempotencyKey });
    const cards = await choose(second.id, key);
    expect(cards.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      [second.id, true],
      [first.id, false],
    ]);
    await choose(first.id, newKey());
    expect((await choose(second.id, key))[0]?.id).toBe(first.id);
    expect(await refusalOf(choose(first.id, key))).toMatchObject({ appCode: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('removing', () => {
  test('takes the card away here and at Stripe; the newest other one becomes the default', async () => {
    const scene = await customerScene(app);
    const first = await saveCard(scene);
    await saveCard(scene, 'pm_card_amex');
    const third = await saveCard(scene, 'pm_card_mastercard');
    const key = newKey();
    const remove = () =>
      scene.client.paymentMethods.remove.mutate({ savedCardId: first.id, idempotencyKey: key });
    const left = await remove();
    expect(left.map(({ isDefault }) => isDefault)).toEqual([true, false]);
    expect(left[0]?.id).toBe(third.id);
    expect(await remove()).toEqual(left);
    expect(await methodsAtProcessor(scene)).toHaveLength(2);
    await app.simulator.control.waitForDeliveries();
    expect(await list(scene)).toEqual(left);
    for (const call of [
      () => scene.client.paymentMethods.remove.mutate({ savedCardId: first.id, idempotencyKey: newKey() }),
      () =>
        scene.client.paymentMethods.setDefault.mutate({ savedCardId: first.id, idempotencyKey: newKey() }),
    ])
      expect(await refusalOf(call())).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each(['hang_after_execution', 'lost_answer', 'server_error', 'rate_limit', 'hang'] as const)(
    'with Stripe answering %s, the card is gone for its owner at once, and the janitor detaches it',
    async (kind) => {
      const scene = await customerScene(app);
      const card = await saveCard(scene);
      app.simulator.control.addFault({
        kind,
        times: 2,
        method: 'POST',
        pathPattern: '/v1/payment_methods/*/detach',
      });
      expect(
        await scene.client.paymentMethods.remove.mutate({ savedCardId: card.id, idempotencyKey: newKey() }),
      ).toEqual([]);
      app.simulator.control.clearFaults();
      const { deps } = app.server.app;
      expect(await finishDetaches(deps, { afterSec: 30 })).toBe(0);
      await waitFor('the janitor has nothing to do', async () => {
        await app.database.pool.query(
          `UPDATE payment_methods SET detach_started_at = detach_started_at - interval '1 minute'`,
        );
        return (await finishDetaches(deps, { afterSec: 30 })) === 0;
      });
      expect(await methodsAtProcessor(scene)).toEqual([]);
    },
  );

  test('a card that was taken away in the dashboard leaves the list', async () => {
    const scene = await customerScene(app);
    await saveCard(scene);
    const [method] = await methodsAtProcessor(scene);
    await sendWebhook(app, stripeEvent('payment_method.detached', { ...method, customer: null }));
    expect(await list(scene)).toEqual([]);
  });

  test('news that come in reverse end in no card: a removed one never comes back', async () => {
    const scene = await customerScene(app);
    const card = await saveCard(scene);
    const [method] = await methodsAtProcessor(scene);
    if (!method) throw new Error('the card is not at the processor');
    const reversed = { ...method, id: stripeId('pm') };
    await sendWebhook(app, stripeEvent('payment_method.detached', { ...reversed, customer: null }));
    await sendWebhook(app, stripeEvent('payment_method.attached', { ...reversed }));
    expect((await list(scene)).map(({ id }) => id)).toEqual([card.id]);
  });
});
