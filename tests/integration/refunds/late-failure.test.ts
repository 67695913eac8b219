import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newKey, payWithCard, refusalOf, waitFor, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { rows } from '../payments/support';
import { openPayment, paidPayment, type RecoveryStage, refund, startStage } from '../recovery/support';
import { workOf } from '../splits/support';
import { refusedRefund, stuckRefund, toldAsFailed } from './late-failure';

/** A refund that fails when who asked for it has long been told that it is under way, or done. */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  await stage.app.simulator.control.waitForDeliveries();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

/** Live events about refunds of a payment. */
const refundEvents = (paymentId: string) =>
  rows(
    stage.app,
    `SELECT type, payload->>'status' AS status, (payload->>'refundMinor')::int AS moved,
       (payload->>'refundedMinor')::int AS refunded FROM outbox_events
     WHERE payment_id = $1 AND payload->>'refundId' IS NOT NULL ORDER BY xid, position`,
    [paymentId],
  );

/** A payment of 27.00 of which staff have 10.00 given back, and nobody knows whether that was done. */
async function underWay() {
  const payment = await paidPayment(stage);
  stuckRefund(stage.app);
  expect(await refund(stage, { paymentId: payment.id, amountMinor: 1000 })).toMatchObject({
    status: 'PROCESSING',
  });
  stage.app.simulator.control.clearFaults();
  return payment;
}

describe.each([
  ['Stripe refuses the repeat', refusedRefund],
  ['Stripe tells that it failed', toldAsFailed],
])('a refund under way that fails: %s', (_how, fail) => {
  test('is told live, and stands on the work list', async () => {
    const payment = await underWay();
    await fail(stage, payment);
    expect(await refundEvents(payment.id)).toEqual([
      { type: 'payment:status_updated', status: 'COMPLETED', moved: 0, refunded: 0 },
    ]);
    const found = await rows(
      stage.app,
      `SELECT type, reason, severity, expected_amount::int AS expected, actual_amount::int AS actual, restaurant_id AS "at"
       FROM discrepancies WHERE payment_id = $1`,
      [payment.id],
    );
    expect(found).toEqual([
      {
        type: 'STATUS_MISMATCH',
        reason: 'REFUND_FAILED',
        severity: 'HIGH',
        expected: 1700,
        actual: 2700,
        at: stage.at.restaurantId,
      },
    ]);
  });
});

test('a refund that is refused at once is the caller’s to know, and nobody else’s', async () => {
  const payment = await paidPayment(stage);
  const { control } = stage.app.simulator;
  control.addFault({ kind: 'card_declined', method: 'POST', pathPattern: '/v1/refunds', times: 1 });
  expect(await refusalOf(refund(stage, { paymentId: payment.id, amountMinor: 1000 }))).toMatchObject({
    appCode: 'PROCESSOR_REFUSED',
  });
  expect(await workOf(stage.app, payment.id)).toEqual([]);
});

test('a refund that had gone through and comes back stands on the work list', async () => {
  const payment = await openPayment(stage);
  await payWithCard(stage.app, payment, 'pm_card_refundFail');
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  await refund(stage, { paymentId: payment.id, amountMinor: 1000 });
  await waitFor('the refund fails', async () => {
    stage.app.simulator.control.runScheduled();
    return (await workOf(stage.app, payment.id)).length > 0;
  });
  expect(await workOf(stage.app, payment.id)).toEqual([{ reason: 'REFUND_FAILED', actual: 2700 }]);
});

test('of a refund that comes back to a bill without room for all of it, each part is one case', async () => {
  const { control } = stage.app.simulator;
  const usual = control.state().settings.refundFailureDelayMs;
  onTestFinished(() => void control.configure({ refundFailureDelayMs: usual }));
  control.configure({ refundFailureDelayMs: null });
  const payment = await openPayment(stage, 300);
  await payWithCard(stage.app, payment, 'pm_card_refundFail');
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  await refund(stage, { paymentId: payment.id, amountMinor: 1000 });
  await waitForStatus(stage.guest, payment.id, 'PARTIALLY_REFUNDED');
  const again = await stage.guest.payments.create.mutate({
    orderId: payment.orderId,
    idempotencyKey: newKey(),
  });
  await payWithCard(stage.app, again);
  expect((await waitForStatus(stage.guest, again.id, 'COMPLETED')).totalMinor).toBe(900);
  control.runScheduled();
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  const found = await rows(
    stage.app,
    `SELECT reason, (actual_amount - expected_amount)::int AS "tooMuch" FROM discrepancies WHERE payment_id = $1 ORDER BY reason`,
    [payment.id],
  );
  expect(found).toEqual([
    { reason: 'OVER_COLLECTED', tooMuch: 900 },
    { reason: 'REFUND_FAILED', tooMuch: 100 },
  ]);
});

test('each refund that fails is a case of its own, and what others give back is counted', async () => {
  const payment = await underWay();
  await refusedRefund(stage, payment);
  await refund(stage, { paymentId: payment.id, amountMinor: 500, idempotencyKey: newKey() });
  stuckRefund(stage.app);
  await refund(stage, { paymentId: payment.id, amountMinor: 1000, idempotencyKey: newKey() });
  stage.app.simulator.control.clearFaults();
  await refusedRefund(stage, payment);
  expect(await workOf(stage.app, payment.id)).toEqual([
    { reason: 'REFUND_FAILED', actual: 2700 },
    { reason: 'REFUND_FAILED', actual: 2200 },
  ]);
});
