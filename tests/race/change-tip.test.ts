import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { intentsOf, pay, rows, setScene } from '../integration/payments/support';
import { newKey, startTestApp, type TestApp } from '../support/app';
import { assertBooksBalance } from '../support/invariants';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.configure({ latencyMs: 0 });
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('sixteen changes of tip at once with one key are one change, one call to the processor and sixteen same answers', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  // So that the others come while the first is under way.
  app.simulator.control.configure({ latencyMs: 100 });
  const input = { paymentId: payment.id, tipMinor: 300, idempotencyKey: newKey() };
  const answers = await Promise.all(Array.from({ length: 16 }, () => guest.payments.changeTip.mutate(input)));
  expect(answers.map(({ totalMinor }) => totalMinor)).toEqual(Array(16).fill(3000));
  const posts = app.simulator.control
    .requests()
    .filter(
      ({ method, path }) => method === 'POST' && path === `/v1/payment_intents/${payment.paymentIntentId}`,
    );
  expect(posts).toHaveLength(1);
  expect(intentsOf(app, payment.id)[0]?.amount).toBe(3000);
  const history = await rows<{ action: string }>(
    app,
    `SELECT action FROM payment_audit_log WHERE payment_id = $1 AND action LIKE 'tip%' ORDER BY id`,
    [payment.id],
  );
  expect(history.map(({ action }) => action)).toEqual(['tip_change_requested', 'tip_changed']);
});
