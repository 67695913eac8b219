import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { countFigures } from '../../support/figures';
import { assertBooksBalance } from '../../support/invariants';
import { intentEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import { groupOf, guestsTenEach, nth, split, splitScene } from '../splits/support';
import { intentsOfOrder, pay, paymentsOfOrder, rows, setScene } from './support';

/**
 * Bugs that users report and that the requirements' snippets have when run literally, each under its own words: those
 * of payments. The others stand beside what they are about; tests/architecture/reported-bugs.test.ts misses none.
 */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const orderState = async (orderId: string) =>
  (
    await rows<{ state: string }>(app, 'SELECT state FROM order_payment_states WHERE order_id = $1', [
      orderId,
    ])
  )[0]?.state;

test('reported bug “refresh pays twice”: a reloaded page gets the same intent, and after the payment nothing is due', async () => {
  const { guest, orderId } = await setScene(app);
  const first = await pay(guest, orderId);
  const again = await pay(guest, orderId);
  expect([again.id, again.paymentIntentId]).toEqual([first.id, first.paymentIntentId]);
  await payWithCard(app, again);
  await waitForStatus(guest, first.id, 'COMPLETED');
  expect(await refusalOf(pay(guest, orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
  expect(intentsOfOrder(app, orderId)).toHaveLength(1);
});

test('reported bug “split bill, second guest pays first: another guest is credited, order PAID after a third”: only the second guest is credited, and the order is PAID after all three', async () => {
  const scene = await splitScene(app);
  const group = await split(scene.guest, scene.orderId, guestsTenEach(scene));
  const clients = [scene.guest, scene.mate, scene.third];
  for (const [count, n] of [1, 2, 0].entries()) {
    const client = clients[n] ?? scene.guest;
    const { payment } = nth(await groupOf(client, group.id), n);
    await payWithCard(app, payment);
    await waitForStatus(client, payment.id, 'COMPLETED');
    const seen = await groupOf(scene.staff, group.id);
    const paid = seen.participants.flatMap(({ hasPaid }, index) => (hasPaid ? [index] : []));
    expect(paid).toEqual([1, 2, 0].slice(0, count + 1).toSorted());
    expect(await orderState(scene.orderId)).toBe(count === 2 ? 'PAID' : 'PARTIALLY_PAID');
  }
});

test('reported bug “an intent without metadata: a stranger’s payment becomes COMPLETED”: no payment changes', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  const foreign = { id: stripeId('pi'), amountMinor: payment.totalMinor };
  const claims: Record<string, string>[] = [{}, { orderId }, { paymentId: '' }, { paymentId: 'null' }];
  for (const metadata of claims) {
    const answer = await sendWebhook(app, intentEvent('succeeded', { ...foreign, metadata }));
    expect(answer.status).toBe(200);
  }
  expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe('PENDING');
  expect(await orderState(orderId)).toBe('UNPAID');
});

test('reported bug “declined then paid, delivered in reverse: payment FAILED, order PAID”: the payment is COMPLETED, the order PAID, and no failure is left', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await payWithCard(app, payment);
  app.simulator.control.releaseWebhooks({ order: 'desc' });
  await app.simulator.control.waitForDeliveries();
  expect(await waitForStatus(guest, payment.id, 'COMPLETED')).toMatchObject({ failureReason: null });
  expect(await orderState(orderId)).toBe('PAID');
});

test('reported bug “client’s amount trusted: 50 cents pay a 25.00 order”: another amount than the amount due is refused, and nothing is created', async () => {
  const { guest, orderId } = await setScene(app, { subtotalMinor: 2500, taxMinor: 0 });
  expect(await refusalOf(pay(guest, orderId, { billMinor: 50 }))).toMatchObject({
    appCode: 'AMOUNT_MISMATCH',
  });
  expect(await paymentsOfOrder(app, orderId)).toEqual([]);
  expect(intentsOfOrder(app, orderId)).toEqual([]);
});

describe('reported bug “a split of 3000 and -500 passes the sum check, leaves an orphan row and a live intent”: it is refused before anything is created', () => {
  test.each([
    ['3000 and -500', [3000, -500]],
    ['2500 and 0', [2500, 0]],
    ['fractions', [1249.5, 1250.5]],
  ])('%s is refused before anything is made: no orphan row, no live intent', async (_what, amounts) => {
    const { guest, orderId } = await setScene(app, { subtotalMinor: 2500, taxMinor: 0 });
    const refused = await refusalOf(split(guest, orderId, amounts));
    expect(refused.code).toBe('BAD_REQUEST');
    expect(await paymentsOfOrder(app, orderId)).toEqual([]);
    expect(intentsOfOrder(app, orderId)).toEqual([]);
    expect(await rows(app, 'SELECT 1 FROM split_groups WHERE order_id = $1', [orderId])).toEqual([]);
  });
});

test('reported bug “a full refund made at Stripe leaves COMPLETED and PAID”: the payment is REFUNDED and the order is not PAID', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  app.simulator.control.dashboardRefund({ paymentIntent: payment.paymentIntentId ?? '' });
  await waitForStatus(guest, payment.id, 'REFUNDED');
  expect(await orderState(orderId)).not.toBe('PAID');
});

test('reported bug “a partial refund erases the whole payment from revenue”: revenue drops by the refunded amount only', async () => {
  const { guest, staff, orderId, at } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment);
  const { businessDay } = await waitForStatus(guest, payment.id, 'COMPLETED');
  await staff.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 700,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });
  await waitForStatus(guest, payment.id, 'PARTIALLY_REFUNDED');
  const owner = await app.asOwner(at.ownerId);
  const day = businessDay ?? '';
  await countFigures(app.database.pool);
  const { currencies } = await owner.analytics.metrics.query({
    restaurantId: at.restaurantId,
    fromDay: day,
    toDay: day,
  });
  expect(currencies[0]?.current).toMatchObject({ grossMinor: 2700, refundedMinor: 700, successful: 1 });
});

test('reported bug “currency stored both as USD and usd”: however a caller writes it, it is USD everywhere', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId, { currency: 'usd' });
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  const stored = await rows<{ currency: string }>(
    app,
    `SELECT DISTINCT currency FROM (SELECT currency FROM payments UNION ALL SELECT currency FROM orders
       UNION ALL SELECT currency FROM ledger_transactions UNION ALL SELECT currency FROM restaurants) c`,
  );
  expect(stored).toEqual([{ currency: 'USD' }]);
});
