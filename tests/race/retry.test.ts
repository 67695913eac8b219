import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { intentsOf, pay, setScene } from '../integration/payments/support';
import { decline, retriesInHistory } from '../integration/retry/support';
import { newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../support/app';
import { assertBooksBalance } from '../support/invariants';

const ROUNDS = inject('testSize') === 'full' ? 100 : 4;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000' } });
});
afterEach(async () => {
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('sixteen concurrent retries of one failure, half of them by starting the payment again, count once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await decline(app, guest, payment);
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        n % 2 === 0
          ? guest.payments.retry.mutate({ paymentId: payment.id, idempotencyKey: newKey() })
          : pay(guest, orderId),
      ),
    );
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([payment.id]));
    expect(answers.every(({ retryCount }) => retryCount === 1)).toBe(true);
    expect(await retriesInHistory(app, payment.id)).toEqual([1]);
  }
});

test('eight retries at once of a payment whose intent is gone make one new intent, which pays', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await decline(app, guest, payment);
    app.simulator.control.holdWebhooks();
    app.simulator.control.dashboardCancel({ paymentIntent: payment.paymentIntentId ?? '' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        guest.payments.retry.mutate({ paymentId: payment.id, idempotencyKey: newKey() }),
      ),
    );
    expect(new Set(answers.map(({ paymentIntentId }) => paymentIntentId)).size).toBe(1);
    expect(intentsOf(app, payment.id)).toHaveLength(2);
    app.simulator.control.releaseWebhooks();
    const [again] = answers;
    if (!again) throw new Error('nobody was answered');
    await payWithCard(app, again);
    await waitForStatus(guest, payment.id, 'COMPLETED');
  }
});
