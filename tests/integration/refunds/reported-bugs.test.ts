import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { nowSec, sendWebhook, stripeEvent, stripeId } from '../../support/webhook-sender';
import { pay, rows, setScene } from '../payments/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    env: {
      STRIPE_REQUESTS_PER_SECOND: '1000',
      PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000',
      PAYMENT_RATE_LIMIT_PER_HOUR: '1000',
    },
  });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

async function paid(subtotalMinor: number, taxMinor = 0) {
  const scene = await setScene(app, { subtotalMinor, taxMinor });
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  const refund = (amountMinor: number, idempotencyKey = newKey()) =>
    scene.staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor,
      reason: 'Cold soup',
      idempotencyKey,
    });
  const refundedAtStripe = () =>
    app.simulator.control
      .state()
      .refunds.filter((r) => r.payment_intent === payment.paymentIntentId)
      .map((r) => r.amount);
  const read = () => scene.staff.payments.get.query({ paymentId: payment.id });
  return { ...scene, payment, refund, refundedAtStripe, read };
}

describe('bugs that users of such systems report', () => {
  test('reported bug “two concurrent 60 refunds on 100 both succeed”: one succeeds, the other is refused with what is left', async () => {
    const { refund, refundedAtStripe, read } = await paid(10_000);
    const [one, other] = await Promise.allSettled([refund(6000), refund(6000)]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect(refundedAtStripe()).toEqual([6000]);
    expect(await read()).toMatchObject({ refundedMinor: 6000, status: 'PARTIALLY_REFUNDED' });
    expect(await refusalOf(refund(6000))).toMatchObject({ appCode: 'REFUND_EXCEEDS_REMAINING' });
  });

  test('reported bug “double-click refunds twice”: both clicks answer the one refund', async () => {
    const { refund, refundedAtStripe } = await paid(10_000);
    const key = newKey();
    const answers = await Promise.all([refund(4000, key), refund(4000, key), refund(4000, key)]);
    expect(new Set(answers.map((a) => a.id)).size).toBe(1);
    expect(refundedAtStripe()).toEqual([4000]);
    expect((await refund(4000, key)).id).toBe(answers[0]?.id);
    expect(refundedAtStripe()).toEqual([4000]);
  });

  test('reported bug “redelivered webhook refunds twice”: five deliveries count once', async () => {
    const { payment, read } = await paid(10_000);
    await app.simulator.control.dashboardRefund({
      paymentIntent: payment.paymentIntentId ?? '',
      amount: 2500,
    });
    await waitForStatus(await app.asAdmin(), payment.id, 'PARTIALLY_REFUNDED');
    for (let time = 0; time < 4; time++)
      await app.simulator.control.redeliver({ types: ['refund.created', 'refund.updated'] });
    await app.simulator.control.waitForDeliveries();
    expect((await read()).refundedMinor).toBe(2500);
    expect(await rows(app, 'SELECT status FROM payment_refunds WHERE payment_id = $1', [payment.id])).toEqual(
      [{ status: 'COMPLETED' }],
    );
    expect(
      await rows(
        app,
        `SELECT 1 FROM ledger_transactions WHERE payment_id = $1 AND fact_key LIKE 'refund:%'`,
        [payment.id],
      ),
    ).toHaveLength(1);
  });

  test('reported bug “refund refused for 87.96 against 87.957975”: the amount on the screen can be refunded, also as the unrounded number', async () => {
    for (const amount of [87.96, 87.957975, '87.957975']) {
      const { payment, at, read, refundedAtStripe } = await paid(8144, 652);
      const response = await fetch(`${app.url}/api/v1/payments/${payment.id}/refund`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await app.token('RESTAURANT_STAFF', at.staffId)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ amount, reason: 'Wrong table' }),
      });
      expect(response.status, await response.clone().text()).toBe(200);
      const { data } = (await response.json()) as { data: Record<string, unknown> };
      expect(data).toMatchObject({
        status: 'REFUNDED',
        refunded: true,
        refundAmount: 87.96,
        refundReason: 'Wrong table',
      });
      expect(refundedAtStripe()).toEqual([8796]);
      expect(await read()).toMatchObject({ status: 'REFUNDED', refundedMinor: 8796 });
    }
  });
});

describe('a refund whose answer was lost is ended by its webhook', () => {
  /** Stripe never saw the request, or so it seems: the row waits. */
  async function waiting() {
    const scene = await paid(10_000);
    app.simulator.control.addFault({
      kind: 'rate_limit',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/refunds',
    });
    const made = await scene.refund(3000);
    expect(made.status).toBe('PROCESSING');
    const told = (status: string, type = 'refund.updated') =>
      sendWebhook(
        app,
        stripeEvent(type, {
          id: processorId,
          object: 'refund',
          amount: 3000,
          currency: 'usd',
          created: nowSec(),
          payment_intent: scene.payment.paymentIntentId,
          charge: null,
          status,
          failure_reason: status === 'failed' ? 'expired_or_canceled_card' : null,
          metadata: { refundId: made.id, paymentId: scene.payment.id },
        }),
      );
    const processorId = stripeId('re');
    const row = () => scene.staff.refunds.get.query({ refundId: made.id });
    return { ...scene, told, row };
  }

  test('PROCESSING -> COMPLETED: only then has the payment given money back', async () => {
    const { told, row, read } = await waiting();
    await told('pending', 'refund.created');
    expect(await row()).toMatchObject({ status: 'PROCESSING', processedAt: null });
    expect(await read()).toMatchObject({ status: 'COMPLETED', refundedMinor: 0 });
    await told('succeeded');
    expect(await row()).toMatchObject({ status: 'COMPLETED' });
    expect(await read()).toMatchObject({ status: 'PARTIALLY_REFUNDED', refundedMinor: 3000 });
  });

  test('PROCESSING -> FAILED: nothing moved, and all of it can be refunded again', async () => {
    const { told, row, read, refund } = await waiting();
    await told('failed', 'refund.failed');
    expect(await row()).toMatchObject({ status: 'FAILED', failureReason: 'expired_or_canceled_card' });
    expect(await read()).toMatchObject({ status: 'COMPLETED', refundedMinor: 0 });
    await refund(10_000);
    expect(await read()).toMatchObject({ status: 'REFUNDED' });
  });

  test('COMPLETED -> FAILED later, and FAILED is final: a late success changes nothing', async () => {
    const { told, row, read } = await waiting();
    await told('succeeded');
    await told('failed', 'refund.failed');
    expect(await row()).toMatchObject({ status: 'FAILED' });
    expect(await read()).toMatchObject({ status: 'COMPLETED', refundedMinor: 0 });
    await told('succeeded');
    expect(await row()).toMatchObject({ status: 'FAILED' });
  });
});
