import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import { sweepEvents } from '@/services/inbox/sweep';
import { newKey, payWithCard, seedOrder, waitFor, waitForStatus } from '../../support/app';
import { intentEvent, sendWebhook } from '../../support/webhook-sender';
import {
  age,
  expectRest,
  inboxState,
  intentsOf,
  janitor,
  type Opened,
  openPayment,
  paidPayment,
  paymentIdOf,
  paymentRow,
  type RecoveryStage,
  refund,
  retryNow,
  startStage,
} from './support';

/*
 * Bugs that users of such systems report, each as a test of its name: those about refunds and recovery. The
 * others stand beside what they are about: tests/integration/{payments,refunds,webhooks} and tests/race.
 */
let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const refundsOf = (intentId: string) =>
  stage.app.simulator.control.state().refunds.filter((made) => made.payment_intent === intentId);

describe('refunds', () => {
  test('a double click does not refund twice: sixteen at once with one key give one refund and one answer', async () => {
    const payment = await paidPayment(stage);
    const input = { paymentId: payment.id, amountMinor: 500, idempotencyKey: newKey() };
    const posts = () => stage.app.simulator.control.requestCounts()['POST /v1/refunds'] ?? 0;
    const before = posts();
    const answers = await Promise.all(Array.from({ length: 16 }, () => refund(stage, input)));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(posts()).toBe(before + 1);
    expect(refundsOf(payment.intentId)).toHaveLength(1);
    await expectRest(stage);
  });

  test('a refund of all that is left is never refused for a fraction of a cent', async () => {
    const orderId = await seedOrder(await stage.app.asService(), stage.at, {
      session: stage.session,
      subtotalMinor: 8035,
      taxMinor: 761,
    });
    const created = await stage.guest.payments.create.mutate({
      orderId,
      tipMinor: 0,
      idempotencyKey: newKey(),
    });
    await payWithCard(stage.app, created);
    await waitForStatus(stage.guest, created.id, 'COMPLETED');
    for (const amountMinor of [2932, 2932, 2932]) await refund(stage, { paymentId: created.id, amountMinor });
    expect((await paymentRow(stage, created.id)).status).toBe('REFUNDED');
    await expectRest(stage);
  });

  test('a refund that Stripe’s memory of an error blocks is tried with the next key, once', async () => {
    const payment = await paidPayment(stage);
    stage.app.simulator.control.addFault({
      kind: 'server_error',
      method: 'POST',
      pathPattern: '/v1/refunds',
      times: 1,
    });
    await refund(stage, { paymentId: payment.id, amountMinor: 500 });
    await janitor(stage, payment.id);
    expect(refundsOf(payment.intentId)).toHaveLength(1);
    await expectRest(stage);
  });

  test('a dashboard refund that overtakes one of ours is booked, and ours is refused: the money goes back once', async () => {
    const payment = await paidPayment(stage);
    stage.dieAt('refund.after-first-transaction');
    await refund(stage, { paymentId: payment.id, amountMinor: 500 }).catch(() => undefined);
    stage.app.simulator.control.dashboardRefund({ paymentIntent: payment.intentId });
    await stage.app.simulator.control.waitForDeliveries();
    await janitor(stage, payment.id);
    const { rows } = await stage.app.database.pool.query(
      'SELECT refund_amount AS "amountMinor", status FROM payment_refunds WHERE payment_id = $1 ORDER BY 1',
      [payment.id],
    );
    expect(rows).toEqual([
      { amountMinor: 500, status: 'FAILED' },
      { amountMinor: payment.totalMinor, status: 'COMPLETED' },
    ]);
    expect((await paymentRow(stage, payment.id)).status).toBe('REFUNDED');
    await expectRest(stage);
  });
});

describe('recovery', () => {
  test('reported bug “webhook arrives before the order, gets 200, order stuck for ever”: it waits, and is applied once its record exists', async () => {
    const { control } = stage.app.simulator;
    stage.dieAt('create.after-processor-answered');
    const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
    const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
    await stage.guest.payments.create.mutate(input).catch(() => undefined);
    const [intent] = intentsOf(stage, orderId);
    await payWithCard(stage.app, {
      paymentIntentId: intent?.id ?? '',
      clientSecret: intent?.client_secret ?? '',
    });
    await control.waitForDeliveries();
    await retryEvents(stage.deps);
    expect((await paymentRow(stage, await paymentIdOf(stage, orderId))).status).toBe('COMPLETED');
  });

  test('reported bug “dedupe swallows the retry of a failed event”: a failed event is stored and applied later, once', async () => {
    const payment = await openPayment(stage);
    const client = await stage.app.database.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
    const event = intentEvent('succeeded', {
      id: payment.intentId,
      amountMinor: payment.totalMinor,
      metadata: { paymentId: payment.id },
    });
    expect((await sendWebhook(stage.app, event)).status).toBe(200);
    await client.query('ROLLBACK');
    client.release();
    expect((await sendWebhook(stage.app, event)).status).toBe(200);
    expect(await inboxState(stage, event.id)).toMatchObject({ state: 'RETRY' });
    await retryNow(stage);
    expect(await inboxState(stage, event.id)).toMatchObject({ state: 'APPLIED' });
    expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  });

  test('reported bug “paid twice when an unknown outcome is later fixed”: one intent exists and is paid once', async () => {
    const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
    const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
    stage.app.simulator.control.addFault({
      kind: 'hang_after_execution',
      method: 'POST',
      pathPattern: '/v1/payment_intents',
      times: 1,
    });
    await stage.guest.payments.create.mutate(input).catch(() => undefined);
    const paymentId = await paymentIdOf(stage, orderId);
    await age(stage, paymentId);
    const [again] = await Promise.all([
      stage.guest.payments.create.mutate({ ...input, idempotencyKey: newKey() }),
      janitor(stage, paymentId),
    ]);
    expect(again.id).toBe(paymentId);
    expect(intentsOf(stage, orderId)).toHaveLength(1);
    await payWithCard(stage.app, again);
    await waitForStatus(stage.guest, paymentId, 'COMPLETED');
  });

  test('reported bug “charged at Stripe but missing in the database after a lost connection”: the event sweep brings the payment', async () => {
    const payment = await openPayment(stage);
    const { control } = stage.app.simulator;
    control.addWebhookFault({ kind: 'drop' });
    await payWithCard(stage.app, payment);
    control.clearWebhookFaults();
    expect((await paymentRow(stage, payment.id)).status).toBe('PENDING');
    await sweepEvents(stage.deps, { overlapSec: 600 });
    expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  });

  test('reported bug “confirm call races the webhook and the order is lost once in twenty”: none of twenty is lost', async () => {
    const payments: Opened[] = [];
    for (let i = 0; i < 20; i++) payments.push(await openPayment(stage));
    await Promise.all(
      payments.map(async (payment) => {
        await payWithCard(stage.app, payment);
        await Promise.all(
          Array.from({ length: 3 }, () => stage.guest.payments.get.query({ paymentId: payment.id })),
        );
      }),
    );
    await waitFor('all are completed', async () => {
      const rows = await Promise.all(payments.map(({ id }) => paymentRow(stage, id)));
      return rows.every((row) => row.status === 'COMPLETED');
    });
    const { rows } = await stage.app.database.pool.query(
      `SELECT count(*)::int AS n FROM outbox_events WHERE type = 'payment:completed' AND payment_id = ANY ($1)`,
      [payments.map(({ id }) => id)],
    );
    expect(rows[0].n).toBe(20);
  });

  test('a change of tip that nobody can end any more does not keep the janitor busy for ever', async () => {
    const payment = await openPayment(stage);
    stage.dieAt('amount.after-processor-answered');
    const input = { paymentId: payment.id, tipMinor: 300, idempotencyKey: newKey() };
    await stage.guest.payments.changeTip.mutate(input).catch(() => undefined);
    stage.app.simulator.control.dashboardCancel({ paymentIntent: payment.intentId });
    await waitForStatus(stage.guest, payment.id, 'CANCELLED');
    expect(await janitor(stage, payment.id)).toBe(0);
  });
});
