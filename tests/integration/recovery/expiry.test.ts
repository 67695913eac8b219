import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cancelPayment } from '@/services/payments/cancel';
import { expirePayments } from '@/services/recovery/expire-payments';
import { systemContext } from '@/services/system-context';
import { workerTasks } from '@/worker/tasks';
import { newKey, payWithCard, refusalOf, waitForStatus } from '../../support/app';
import { expectRest, intentsOf, openPayment, paymentRow, type RecoveryStage, startStage } from './support';

const HOUR_MS = 3_600_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  stage.app.simulator.control.releaseWebhooks();
  stage.clock.reset();
  await lookAgain();
});

/** The pause between two looks at the same payment, gone by. */
const lookAgain = () => stage.app.database.pool.query('UPDATE payments SET checked_at = NULL');
const requests = () => stage.app.simulator.control.requests();
const heldMinor = async (orderId: string) => {
  const { rows } = await stage.app.database.pool.query(
    `SELECT coalesce(sum(total_amount), 0)::int AS held FROM payments
     WHERE order_id = $1 AND status IN ('PENDING', 'PROCESSING', 'FAILED')`,
    [orderId],
  );
  return rows[0].held;
};

test('a payment whose time is not over is left alone', async () => {
  const payment = await openPayment(stage);
  expect(await expirePayments(stage.deps)).toBe(0);
  expect((await paymentRow(stage, payment.id)).status).toBe('PENDING');
  await stage.guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
});

test('the worker of a node whose clock is a day ahead ends no payment early, only those whose time is over', async () => {
  const { app } = stage;
  const [open, over] = [await openPayment(stage), await openPayment(stage)];
  await stage.app.database.pool.query(
    "UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1",
    [over.id],
  );
  stage.clock.move(24 * HOUR_MS);
  const tasks = workerTasks(
    { ...stage.deps, notifier: app.server.app.notifier },
    {
      pollMs: 50,
      janitorAfterSec: 30,
      sweepIntervalSec: 60,
      sweepOverlapSec: 600,
      autoRefundAfterSec: null,
      retention: app.env.retention,
      alerts: app.env.alerts,
    },
  );
  expect(await tasks['expire-payments'].run(new AbortController().signal)).toBe(1);
  expect((await paymentRow(stage, open.id)).status).toBe('PENDING');
  expect((await paymentRow(stage, over.id)).status).toBe('CANCELLED');
  await stage.guest.payments.cancel.mutate({ paymentId: open.id, idempotencyKey: newKey() });
});

test('a cancellation with unknown outcome of a node whose clock is a day ahead is finished by other nodes at once', async () => {
  const payment = await openPayment(stage);
  const { control } = stage.app.simulator;
  control.holdWebhooks();
  control.addFault({ kind: 'hang', method: 'POST', pathPattern: '/v1/payment_intents/*/cancel' });
  stage.clock.move(24 * HOUR_MS);
  const cancelling = cancelPayment(systemContext(stage.deps, 'test'), {
    paymentId: payment.id,
    idempotencyKey: newKey(),
  });
  await expect(cancelling).rejects.toMatchObject({ code: 'PROCESSOR_OUTCOME_UNKNOWN' });
  control.clearFaults();
  stage.clock.reset();
  expect(await expirePayments(stage.deps)).toBe(1);
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  await expectRest(stage);
});

test('an expired payment is cancelled at Stripe first; then its hold ends and the bill can be paid by another', async () => {
  const payment = await openPayment(stage);
  stage.clock.move(HOUR_MS + 1000);
  expect(await expirePayments(stage.deps)).toBe(1);
  expect(intentsOf(stage, payment.orderId).map((intent) => intent.status)).toEqual(['canceled']);
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  expect(await heldMinor(payment.orderId)).toBe(0);
  const { rows } = await stage.app.database.pool.query(
    'SELECT action, actor FROM payment_audit_log WHERE payment_id = $1 ORDER BY id',
    [payment.id],
  );
  expect(rows.slice(-2)).toEqual([
    { action: 'cancel_requested', actor: 'system:expiry' },
    // The answer and its webhook race to tell; whoever is second finds it done.
    { action: 'cancelled', actor: expect.stringMatching(/^system:(expiry|stripe)$/) },
  ]);
  const other = stage.app.asGuest(stage.session.guests[1]);
  const next = await other.payments.create.mutate({
    orderId: payment.orderId,
    tipMinor: 0,
    idempotencyKey: newKey(),
  });
  expect(next.status).toBe('PENDING');
});

test.each(['hang', 'hang_after_execution', 'server_error', 'rate_limit', 'reset'] as const)(
  'while Stripe answers the cancellation with %s the hold stays; afterwards it ends, with one cancellation',
  async (kind) => {
    const payment = await openPayment(stage);
    stage.app.simulator.control.holdWebhooks();
    stage.clock.move(HOUR_MS + 1000);
    stage.app.simulator.control.addFault({
      kind,
      method: 'POST',
      pathPattern: '/v1/payment_intents/*/cancel',
    });
    await expirePayments(stage.deps);
    expect((await paymentRow(stage, payment.id)).status).toBe('PENDING');
    expect(await heldMinor(payment.orderId)).toBe(2700);

    stage.app.simulator.control.clearFaults();
    expect(await expirePayments(stage.deps)).toBe(0);
    await lookAgain();
    await expirePayments(stage.deps);
    expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
    expect(await heldMinor(payment.orderId)).toBe(0);
    await expectRest(stage);
  },
);

test('a payment that is being processed keeps its hold beyond its time, and completes', async () => {
  const payment = await openPayment(stage);
  await payWithCard(stage.app, payment, 'pm_card_processing');
  await waitForStatus(stage.guest, payment.id, 'PROCESSING');
  stage.clock.move(HOUR_MS + 1000);
  await expirePayments(stage.deps);
  expect(await paymentRow(stage, payment.id)).toMatchObject({ status: 'PROCESSING' });
  expect(await heldMinor(payment.orderId)).toBe(2700);
  expect(
    requests().some((request) => request.path === `/v1/payment_intents/${payment.intentId}/cancel`),
  ).toBe(false);
  stage.app.simulator.control.finishProcessing({ paymentIntent: payment.intentId, outcome: 'succeed' });
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
});

test('a payment whose cancelling was refused once ends with its time, once the bank has declined', async () => {
  const payment = await openPayment(stage);
  const { control } = stage.app.simulator;
  control.holdWebhooks();
  await payWithCard(stage.app, payment, 'pm_card_processing');
  const cancelling = stage.guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
  expect((await refusalOf(cancelling)).appCode).toBe('ILLEGAL_TRANSITION');
  control.finishProcessing({ paymentIntent: payment.intentId, outcome: 'fail' });
  control.releaseWebhooks();
  await waitForStatus(stage.guest, payment.id, 'FAILED');
  stage.clock.move(HOUR_MS + 1000);
  await expirePayments(stage.deps);
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  expect(intentsOf(stage, payment.orderId).map((intent) => intent.status)).toEqual(['canceled']);
  expect(await heldMinor(payment.orderId)).toBe(0);
  await expectRest(stage);
});

test('a guest who pays in the moment of expiry has paid: COMPLETED, not CANCELLED', async () => {
  const payment = await openPayment(stage);
  stage.app.simulator.control.holdWebhooks();
  await payWithCard(stage.app, payment);
  stage.clock.move(HOUR_MS + 1000);
  await expirePayments(stage.deps);
  expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  await expectRest(stage);
});

test('a payment whose time was renewed after the expiry had taken it goes on', async () => {
  const payment = await openPayment(stage);
  stage.clock.move(HOUR_MS + 1000);
  const renew = async (point: string) => {
    if (point === 'expiry.before-cancel')
      await stage.app.database.pool.query(
        "UPDATE payments SET expires_at = expires_at + interval '2 hours' WHERE id = $1",
        [payment.id],
      );
  };
  expect(await expirePayments({ ...stage.deps, checkpoint: renew })).toBe(1);
  expect((await paymentRow(stage, payment.id)).status).toBe('PENDING');
  const asked = requests().filter(({ path }) => path === `/v1/payment_intents/${payment.intentId}/cancel`);
  expect(asked).toEqual([]);
});

test('a declined payment keeps its hold until it expires', async () => {
  const payment = await openPayment(stage);
  await payWithCard(stage.app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(stage.guest, payment.id, 'FAILED');
  expect(await heldMinor(payment.orderId)).toBe(2700);
  const other = stage.app.asGuest(stage.session.guests[1]);
  const input = { orderId: payment.orderId, tipMinor: 0, idempotencyKey: newKey() };
  expect((await refusalOf(other.payments.create.mutate(input))).appCode).toBe('BALANCE_HELD');
  stage.clock.move(HOUR_MS + 1000);
  await expirePayments(stage.deps);
  expect(await heldMinor(payment.orderId)).toBe(0);
});

test('an expired payment whose intent was never created is created first and then cancelled: nothing can be paid later', async () => {
  stage.dieAt('create.after-first-transaction');
  await openPayment(stage).catch(() => undefined);
  const { rows } = await stage.app.database.pool.query(
    `UPDATE payments SET creation_started_at = now() - interval '2 hours' WHERE creation_state = 'PENDING'
     RETURNING id, order_id AS "orderId"`,
  );
  expect(rows).toHaveLength(1);
  stage.clock.move(HOUR_MS + 1000);
  await expirePayments(stage.deps);
  expect((await paymentRow(stage, rows[0].id)).status).toBe('CANCELLED');
  expect(intentsOf(stage, rows[0].orderId).map((intent) => intent.status)).toEqual(['canceled']);
  await expectRest(stage);
});

test('two nodes expire the same payments at once: each is cancelled once', async () => {
  const payments = [];
  for (let i = 0; i < 4; i++) payments.push(await openPayment(stage));
  stage.clock.move(HOUR_MS + 1000);
  const taken = await Promise.all([expirePayments(stage.deps), expirePayments(stage.deps)]);
  expect(taken[0] + taken[1]).toBe(4);
  for (const payment of payments) {
    const asked = requests().filter(
      (request) => request.path === `/v1/payment_intents/${payment.intentId}/cancel`,
    );
    expect(asked).toHaveLength(1);
  }
  await expectRest(stage);
});

test('a stop hands back what was not reached: another node takes it at once', async () => {
  for (let i = 0; i < 3; i++) await openPayment(stage);
  stage.clock.move(HOUR_MS + 1000);
  const stopping = new AbortController();
  stopping.abort();
  expect(await expirePayments(stage.deps, { signal: stopping.signal })).toBe(3);
  expect(await expirePayments(stage.deps)).toBe(3);
});
