import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { customerScene, openPayment, saveCard } from '../integration/payment-methods/support';
import { newKey, startTestApp, type TestApp } from '../support/app';
import { assertBooksBalance } from '../support/invariants';

const ROUNDS = inject('testSize') === 'full' ? 100 : 3;

let app: TestApp;
beforeAll(async () => {
  // With the worker: news that meets a lock for too long is applied by it, and saveCard waits for that.
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000' }, worker: true });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('cards that are chosen, removed and saved at once leave exactly one default', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await customerScene(app);
    const cards = [];
    for (let n = 0; n < 4; n++) cards.push(await saveCard(scene));
    const { paymentMethods } = scene.client;
    await Promise.allSettled([
      ...cards.flatMap(({ id }) =>
        [1, 2, 3].map(() => paymentMethods.setDefault.mutate({ savedCardId: id, idempotencyKey: newKey() })),
      ),
      ...cards
        .slice(0, 2)
        .map(({ id }) => paymentMethods.remove.mutate({ savedCardId: id, idempotencyKey: newKey() })),
      saveCard(scene),
    ]);
    await app.simulator.control.waitForDeliveries();
    const left = await paymentMethods.list.query();
    expect(left).toHaveLength(3);
    expect(left.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  }
});

test('eight wishes to pay with two saved cards at once take the money once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await customerScene(app);
    const cards = [await saveCard(scene), await saveCard(scene, 'pm_card_amex')];
    const payment = await openPayment(scene);
    await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        scene.client.payments.payWithSavedCard.mutate({
          paymentId: payment.id,
          savedCardId: cards[n % 2]?.id ?? '',
          idempotencyKey: newKey(),
        }),
      ),
    );
    await app.simulator.control.waitForDeliveries();
    expect((await scene.client.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');
    const paid = app.simulator.control
      .state()
      .charges.filter((charge) => charge.payment_intent === payment.paymentIntentId && charge.paid);
    expect(paid).toHaveLength(1);
  }
});
