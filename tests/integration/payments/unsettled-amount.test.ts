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
import { customerScene, openPayment, saveCard } from '../payment-methods/support';
import { decline } from '../retry/support';
import { payTable, refusedWith } from '../table-sessions/support';
import { intentsOf, pay, rows, setScene } from './support';

/** While the answer to a change of tip is lost, the intent has one of two amounts: nobody is shown the wrong one. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const BUSY = { code: 'CONFLICT', appCode: 'CREATION_IN_PROGRESS' };
const UNKNOWN = { appCode: 'PROCESSOR_OUTCOME_UNKNOWN' };

/** The processor takes the next amount that it is told, and its answer is lost. */
function loseAnswer() {
  app.simulator.control.addFault({
    kind: 'hang_after_execution',
    times: 1,
    method: 'POST',
    pathPattern: '/v1/payment_intents/*',
    bodyIncludes: 'amount=',
  });
}

/** As if the call that noted the change had begun longer ago than any call can last. */
const ageChange = (paymentId: string) =>
  rows(app, `UPDATE payments SET change_started_at = now() - interval '1 minute' WHERE id = $1`, [paymentId]);

const changeTip = (client: Client, paymentId: string, tipMinor: number, idempotencyKey = newKey()) =>
  client.payments.changeTip.mutate({ paymentId, tipMinor, idempotencyKey });

describe('a guest who takes the tip back by starting to pay again', () => {
  test.each(['an order', 'a table'])(
    'waits until it is known, and is charged what is shown: %s',
    async (what) => {
      const { guest, orderId, session } = await setScene(app);
      const start = (tipMinor: number) =>
        what === 'an order' ? pay(guest, orderId, { tipMinor }) : payTable(guest, session, { tipMinor });
      const { id } = await start(0);
      loseAnswer();
      expect(await refusedWith(start(500))).toMatchObject(UNKNOWN);
      expect(intentsOf(app, id)).toMatchObject([{ amount: 3200 }]);
      expect(await refusedWith(start(0))).toMatchObject(BUSY);
      await ageChange(id);
      const shown = await start(0);
      expect(shown).toMatchObject({ id, totalMinor: 2700, tipMinor: 0 });
      expect(intentsOf(app, id)).toMatchObject([{ amount: 2700 }]);
      await payWithCard(app, shown);
      expect((await waitForStatus(guest, id, 'COMPLETED')).totalMinor).toBe(2700);
    },
  );

  test('with the key of the first start is shown what the processor will take', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const { id } = await pay(guest, orderId, { idempotencyKey });
    loseAnswer();
    expect(await refusedWith(changeTip(guest, id, 500))).toMatchObject(UNKNOWN);
    expect(await refusedWith(pay(guest, orderId, { idempotencyKey }))).toMatchObject(BUSY);
    await ageChange(id);
    const shown = await pay(guest, orderId, { idempotencyKey });
    expect(shown).toMatchObject({ id, totalMinor: 3200 });
    await payWithCard(app, shown);
    expect((await waitForStatus(guest, id, 'COMPLETED')).totalMinor).toBe(3200);
  });

  test('with the key of an earlier change of tip is shown what the processor will take', async () => {
    const { guest, orderId } = await setScene(app);
    const { id } = await pay(guest, orderId);
    const idempotencyKey = newKey();
    await changeTip(guest, id, 100, idempotencyKey);
    loseAnswer();
    expect(await refusedWith(changeTip(guest, id, 500))).toMatchObject(UNKNOWN);
    expect(await refusedWith(changeTip(guest, id, 100, idempotencyKey))).toMatchObject(BUSY);
    await ageChange(id);
    expect(await changeTip(guest, id, 100, idempotencyKey)).toMatchObject({ totalMinor: 3200 });
  });
});

test('a retry waits until the amount is known, and shows it', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await decline(app, guest, payment);
  loseAnswer();
  expect(await refusedWith(changeTip(guest, payment.id, 500))).toMatchObject(UNKNOWN);
  const retry = (idempotencyKey = newKey()) =>
    guest.payments.retry.mutate({ paymentId: payment.id, idempotencyKey });
  expect(await refusedWith(retry())).toMatchObject(BUSY);
  await ageChange(payment.id);
  const key = newKey();
  const again = await retry(key);
  expect(again).toMatchObject({ totalMinor: 3200, retryCount: 1 });
  loseAnswer();
  expect(await refusedWith(changeTip(guest, payment.id, 0))).toMatchObject(UNKNOWN);
  expect(await refusedWith(retry(key))).toMatchObject(BUSY);
  await ageChange(payment.id);
  const shown = await retry(key);
  expect(shown).toMatchObject({ totalMinor: 2700, retryCount: 1 });
  await payWithCard(app, shown);
  expect((await waitForStatus(guest, payment.id, 'COMPLETED')).totalMinor).toBe(2700);
});

test('a saved card is not charged until the amount is known; then it pays that amount, once', async () => {
  const scene = await customerScene(app);
  const card = await saveCard(scene);
  const { id } = await openPayment(scene);
  loseAnswer();
  expect(await refusedWith(changeTip(scene.client, id, 500))).toMatchObject(UNKNOWN);
  const key = newKey();
  const payWith = () =>
    scene.client.payments.payWithSavedCard.mutate({
      paymentId: id,
      savedCardId: card.id,
      idempotencyKey: key,
    });
  expect(await refusedWith(payWith())).toMatchObject(BUSY);
  expect(intentsOf(app, id)).toMatchObject([{ status: 'requires_payment_method' }]);
  await ageChange(id);
  expect((await payWith()).payment).toMatchObject({ status: 'COMPLETED', totalMinor: 3200, tipMinor: 500 });
});
