import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentEvent, nowSec, sendWebhook, stripeId } from '../../support/webhook-sender';
import { intentsOf, intentsOfOrder, pay, paymentsOfOrder, rows, setScene } from '../payments/support';
import { decline, retriesInHistory } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_TIMEOUT_MS: '600', STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const newEventId = () => stripeId('evt');
type Scene = Awaited<ReturnType<typeof setScene>>;
const retry = (scene: Scene, paymentId: string, idempotencyKey = newKey()) =>
  scene.guest.payments.retry.mutate({ paymentId, idempotencyKey });

async function failedPayment(scene: Scene) {
  const payment = await pay(scene.guest, scene.orderId);
  return decline(app, scene.guest, payment);
}

/** A payment whose third retry has failed. */
async function usedUp(scene: Scene) {
  const payment = await failedPayment(scene);
  for (let n = 1; n <= 3; n++) {
    expect((await retry(scene, payment.id)).retryCount).toBe(n);
    await decline(app, scene.guest, payment);
  }
  return payment;
}

describe('counting', () => {
  test('three retries, then the payment is cancelled at the processor and a new one is allowed', async () => {
    const scene = await setScene(app);
    const payment = await usedUp(scene);
    const key = newKey();
    for (const _again of [1, 2]) {
      expect(await refusalOf(retry(scene, payment.id, key))).toMatchObject({
        code: 'CONFLICT',
        appCode: 'RETRY_LIMIT_REACHED',
      });
    }
    expect(intentsOf(app, payment.id).map((intent) => intent.status)).toEqual(['canceled']);
    expect(await retriesInHistory(app, payment.id)).toEqual([1, 2, 3]);
    const next = await pay(scene.guest, scene.orderId);
    expect(next).toMatchObject({ status: 'PENDING', retryCount: 0 });
    expect(next.id).not.toBe(payment.id);
    await payWithCard(app, next);
    await waitForStatus(scene.guest, next.id, 'COMPLETED');
  });

  test('starting the same payment anew counts; the fifth start gets a new payment, the old intent is cancelled', async () => {
    const scene = await setScene(app);
    const first = await failedPayment(scene);
    for (let n = 1; n <= 3; n++) {
      expect(await pay(scene.guest, scene.orderId)).toMatchObject({ id: first.id, retryCount: n });
      await decline(app, scene.guest, first);
    }
    const next = await pay(scene.guest, scene.orderId);
    expect(next.id).not.toBe(first.id);
    expect(next.retryCount).toBe(0);
    expect(intentsOf(app, first.id).map((intent) => intent.status)).toEqual(['canceled']);
    expect((await paymentsOfOrder(app, scene.orderId)).map(({ status }) => status)).toEqual([
      'CANCELLED',
      'PENDING',
    ]);
  });

  test('one key counts once, and so does one failure under many keys', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    const key = newKey();
    const [a, b] = [await retry(scene, payment.id, key), await retry(scene, payment.id, key)];
    expect(a).toEqual(b);
    for (let n = 0; n < 5; n++) expect((await retry(scene, payment.id)).retryCount).toBe(1);
    expect(await retriesInHistory(app, payment.id)).toEqual([1]);
  });

  test('two declines within one second count twice, told in whatever order and however often', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    const second = nowSec();
    const told = [1, 2, 3].map((n) =>
      intentEvent(
        'payment_failed',
        {
          id: payment.paymentIntentId,
          amountMinor: payment.totalMinor,
          metadata: { paymentId: payment.id },
          failedChargeId: `ch_${payment.id}_${n}`,
          declineCode: n === 3 ? 'insufficient_funds' : 'generic_decline',
        },
        { createdSec: second },
      ),
    );
    for (const [index, event] of told.entries()) {
      await sendWebhook(app, event);
      for (const again of told.slice(0, index + 1)) await sendWebhook(app, { ...again, id: newEventId() });
      const ends = await Promise.all([1, 2, 3].map(() => retry(scene, payment.id)));
      expect(ends.map(({ retryCount }) => retryCount)).toEqual([index + 1, index + 1, index + 1]);
    }
    const seen = await scene.guest.payments.get.query({ paymentId: payment.id });
    expect(seen).toMatchObject({ status: 'FAILED', retryCount: 3 });
    expect(seen.failureReason).toMatch(/insufficient funds/);
    expect(await retriesInHistory(app, payment.id)).toEqual([1, 2, 3]);
  });

  test('a decline that was seen before its webhook came counts once', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    for (const n of [1, 2]) {
      app.simulator.control.holdWebhooks();
      await payWithCard(app, payment, 'pm_card_chargeDeclined');
      // The retry looks at the intent and finds the failure there.
      expect((await retry(scene, payment.id)).retryCount).toBe(n);
      app.simulator.control.releaseWebhooks();
      await app.simulator.control.waitForDeliveries();
      expect((await retry(scene, payment.id)).retryCount).toBe(n);
    }
    expect(await retriesInHistory(app, payment.id)).toEqual([1, 2]);
  });

  test('a bank’s confirmation that fails counts once, whoever tells of it first', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    for (const n of [1, 2]) {
      await payWithCard(app, payment, 'pm_card_threeDSecure2Required');
      await app.simulator.control.waitForDeliveries();
      app.simulator.control.holdWebhooks();
      app.simulator.control.completeAuthentication({
        paymentIntent: payment.paymentIntentId ?? '',
        outcome: 'fail',
      });
      expect((await retry(scene, payment.id)).retryCount).toBe(n);
      app.simulator.control.releaseWebhooks();
      await app.simulator.control.waitForDeliveries();
      expect((await retry(scene, payment.id)).retryCount).toBe(n);
    }
  });

  test('a bank’s confirmation that fails is counted once however many events Stripe makes of it, and again once it was begun anew', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    const tell = (what: string, createdSec: number) => {
      const intent = {
        id: payment.paymentIntentId,
        amountMinor: payment.totalMinor,
        metadata: { paymentId: payment.id },
        failedMethodId: 'pm_1',
      };
      return sendWebhook(app, intentEvent(what, intent, { createdSec }));
    };
    const second = nowSec() - 5;
    for (const atSec of [second, second, second + 1]) {
      await tell('payment_failed', atSec);
      expect((await retry(scene, payment.id)).retryCount).toBe(1);
    }
    await tell('requires_action', second + 2);
    await tell('payment_failed', second + 2);
    expect((await retry(scene, payment.id)).retryCount).toBe(2);
  });

  test('the third retry stays usable: it pays', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    for (let n = 1; n < 3; n++) {
      await retry(scene, payment.id);
      await decline(app, scene.guest, payment);
    }
    const last = await retry(scene, payment.id);
    expect(last.retryCount).toBe(3);
    await payWithCard(app, last);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  });

  test('a share of the table counts when it is started anew', async () => {
    const scene = await setScene(app);
    const share = (idempotencyKey = newKey()) =>
      scene.guest.tableSessions.pay.mutate({
        tableSessionId: scene.session.sessionId,
        shareMinor: 1000,
        idempotencyKey,
      });
    const payment = await share();
    await decline(app, scene.guest, payment);
    const key = newKey();
    expect(await share(key)).toMatchObject({ id: payment.id, retryCount: 1 });
    expect(await share(key)).toMatchObject({ id: payment.id, retryCount: 1 });
  });
});

describe('the intent', () => {
  test('one that is cancelled at the processor is replaced, with the next key; the hold stays', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    app.simulator.control.holdWebhooks();
    app.simulator.control.dashboardCancel({ paymentIntent: payment.paymentIntentId ?? '' });
    const again = await retry(scene, payment.id);
    expect(again).toMatchObject({ id: payment.id, status: 'PENDING', retryCount: 1, failureReason: null });
    expect(again.paymentIntentId).not.toBe(payment.paymentIntentId);
    expect(again.clientSecret).not.toBe(payment.clientSecret);
    expect(await refusalOf(pay(scene.mate, scene.orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
    // What is told of the old one late changes nothing.
    app.simulator.control.releaseWebhooks();
    await app.simulator.control.waitForDeliveries();
    expect((await scene.guest.payments.get.query({ paymentId: payment.id })).status).toBe('PENDING');
    await payWithCard(app, again);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    expect(
      intentsOf(app, payment.id)
        .map((intent) => intent.status)
        .sort(),
    ).toEqual(['canceled', 'succeeded']);
  });

  test.each(['hang_after_execution', 'server_error_after_execution'] as const)(
    'a new intent whose creation ends in %s is found again: never a third',
    async (kind) => {
      const scene = await setScene(app);
      const payment = await failedPayment(scene);
      app.simulator.control.holdWebhooks();
      app.simulator.control.dashboardCancel({ paymentIntent: payment.paymentIntentId ?? '' });
      app.simulator.control.addFault({
        kind,
        times: 1,
        method: 'POST',
        pathPattern: '/v1/payment_intents',
      });
      const key = newKey();
      expect(await refusalOf(retry(scene, payment.id, key))).toMatchObject({
        appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
      });
      const again = await retry(scene, payment.id, key);
      expect(again).toMatchObject({ status: 'PENDING', retryCount: 1 });
      expect(intentsOfOrder(app, scene.orderId)).toHaveLength(2);
      app.simulator.control.releaseWebhooks();
      await payWithCard(app, again);
      await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    },
  );

  test('one that was paid meanwhile, its webhook late: the retry answers the completed payment', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    app.simulator.control.holdWebhooks();
    await payWithCard(app, payment);
    expect(await retry(scene, payment.id)).toMatchObject({ status: 'COMPLETED', retryCount: 0 });
  });

  test('one that cannot be asked about is used again: the browser will see', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    app.simulator.control.addFault({
      kind: 'rate_limit',
      method: 'GET',
      pathPattern: '/v1/payment_intents/*',
    });
    expect(await retry(scene, payment.id)).toMatchObject({ status: 'FAILED', retryCount: 1 });
  });

  test('a lost answer to the cancellation after the last retry is told, and the repeat ends it', async () => {
    const scene = await setScene(app);
    const payment = await usedUp(scene);
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 2,
      method: 'POST',
      pathPattern: '/v1/payment_intents/*/cancel',
    });
    const key = newKey();
    app.simulator.control.holdWebhooks();
    expect(await refusalOf(retry(scene, payment.id, key))).toMatchObject({
      appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
    });
    expect(await refusalOf(retry(scene, payment.id, key))).toMatchObject({ appCode: 'RETRY_LIMIT_REACHED' });
    expect((await paymentsOfOrder(app, scene.orderId)).map(({ status }) => status)).toEqual(['CANCELLED']);
  });
});

describe('refusals', () => {
  test('a payment that waits for a card is answered as it is', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    expect(await retry(scene, payment.id)).toMatchObject({ status: 'PENDING', retryCount: 0 });
  });

  test('cash', async () => {
    const scene = await setScene(app);
    const payment = await scene.guest.cash.request.mutate({
      orderId: scene.orderId,
      idempotencyKey: newKey(),
    });
    expect(await refusalOf(retry(scene, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });

  test('a cancelled payment', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    await scene.guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    expect(await refusalOf(retry(scene, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });

  test('one whose time is over', async () => {
    const scene = await setScene(app);
    const payment = await failedPayment(scene);
    await rows(app, `UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      payment.id,
    ]);
    expect(await refusalOf(retry(scene, payment.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });

  test('a key of another payment’s retry', async () => {
    const [one, other] = [await setScene(app), await setScene(app)];
    const key = newKey();
    const payment = await failedPayment(one);
    await retry(one, payment.id, key);
    const second = await pay(one.guest, one.orderId);
    expect(second.id).toBe(payment.id);
    const foreign = await failedPayment(other);
    expect(await refusalOf(retry(one, foreign.id, key))).toMatchObject({ code: 'NOT_FOUND' });
    const staff = await app.asAdmin();
    await staff.payments.retry.mutate({ paymentId: payment.id, idempotencyKey: key });
    expect(
      await refusalOf(staff.payments.retry.mutate({ paymentId: foreign.id, idempotencyKey: key })),
    ).toMatchObject({ appCode: 'IDEMPOTENCY_KEY_REUSED' });
  });
});
