import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, intentsOfOrder, pay, paymentsOfOrder, rows, setScene, syncOrder } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

describe('the same key', () => {
  test('gives the same payment and secret', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const first = await pay(guest, orderId, { idempotencyKey, tipMinor: 300 });
    expect(await pay(guest, orderId, { idempotencyKey, tipMinor: 300 })).toEqual(first);
    expect(intentsOfOrder(app, orderId)).toHaveLength(1);
  });

  test('with other input is refused', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    await pay(guest, orderId, { idempotencyKey });
    expect(await refusalOf(pay(guest, orderId, { idempotencyKey, tipMinor: 1 }))).toMatchObject({
      code: 'CONFLICT',
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('of another actor is another key', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    const idempotencyKey = newKey();
    const first = await pay(a.guest, a.orderId, { idempotencyKey });
    expect((await pay(b.guest, b.orderId, { idempotencyKey })).id).not.toBe(first.id);
  });

  test('may be used again after a refusal: nothing was done', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    expect(await refusalOf(pay(guest, orderId, { idempotencyKey, billMinor: 1 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    expect((await pay(guest, orderId, { idempotencyKey, billMinor: 2700 })).totalMinor).toBe(2700);
  });

  test('answers the payment as it is now, also when it is paid', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const payment = await pay(guest, orderId, { idempotencyKey });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    expect(await pay(guest, orderId, { idempotencyKey })).toMatchObject({
      id: payment.id,
      status: 'COMPLETED',
      clientSecret: null,
    });
  });

  test('whose claim was stored without a result is taken up by one of its repeats', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const { id } = await pay(guest, orderId, { idempotencyKey });
    await guest.payments.cancel.mutate({ paymentId: id, idempotencyKey: newKey() });
    await app.database.pool.query('UPDATE idempotency_keys SET result = NULL WHERE key = $1', [
      idempotencyKey,
    ]);
    const repeats = await Promise.all([1, 2, 3, 4].map(() => pay(guest, orderId, { idempotencyKey })));
    const [taken] = repeats;
    expect(taken).toMatchObject({ status: 'PENDING' });
    expect(repeats.map((repeat) => repeat.id)).toEqual(repeats.map(() => taken?.id));
    expect(await paymentsOfOrder(app, orderId)).toHaveLength(2);
  });

  test('of full length works also when the payment must be replaced and its tip changed', async () => {
    const scene = await setScene(app);
    const idempotencyKey = 'k'.repeat(200);
    const first = await pay(scene.guest, scene.orderId);
    const tipped = await pay(scene.guest, scene.orderId, { tipMinor: 100, idempotencyKey: 't'.repeat(200) });
    expect(tipped).toMatchObject({ id: first.id, totalMinor: 2800 });
    await syncOrder(scene, { subtotalMinor: 3500 });
    const second = await pay(scene.guest, scene.orderId, { idempotencyKey });
    expect(second).toMatchObject({ totalMinor: 3700, status: 'PENDING' });
    expect(await pay(scene.guest, scene.orderId, { idempotencyKey })).toEqual(second);
  });
});

describe('the same payer with another key', () => {
  test('gets the open payment and its secret again: a second tap opens nothing', async () => {
    const { guest, orderId } = await setScene(app);
    const first = await pay(guest, orderId);
    expect(await pay(guest, orderId)).toEqual(first);
    expect(intentsOfOrder(app, orderId)).toHaveLength(1);
  });

  test('gets it again after a decline, and can still pay it', async () => {
    const { guest, orderId } = await setScene(app);
    const first = await pay(guest, orderId);
    await payWithCard(app, first, 'pm_card_chargeDeclinedInsufficientFunds');
    const failed = await waitForStatus(guest, first.id, 'FAILED');
    expect(failed.failureReason).toContain('insufficient funds');
    const again = await pay(guest, orderId);
    expect(again).toMatchObject({ id: first.id, clientSecret: first.clientSecret });
    await payWithCard(app, again);
    await waitForStatus(guest, first.id, 'COMPLETED');
  });

  test('gets it as it stands while it is being processed', async () => {
    const { guest, orderId } = await setScene(app);
    const first = await pay(guest, orderId);
    await payWithCard(app, first, 'pm_card_processing');
    await waitForStatus(guest, first.id, 'PROCESSING');
    expect(await pay(guest, orderId, { tipMinor: 500 })).toMatchObject({
      id: first.id,
      status: 'PROCESSING',
      tipMinor: 0,
    });
    app.simulator.control.finishProcessing({
      paymentIntent: first.paymentIntentId ?? '',
      outcome: 'succeed',
    });
    await waitForStatus(guest, first.id, 'COMPLETED');
  });

  test('and another tip changes the tip of the same intent', async () => {
    const { guest, orderId } = await setScene(app);
    const first = await pay(guest, orderId, { tipMinor: 100 });
    const second = await pay(guest, orderId, { tipMinor: 700 });
    expect(second).toMatchObject({
      id: first.id,
      clientSecret: first.clientSecret,
      tipMinor: 700,
      totalMinor: 3400,
    });
    expect(intentsOf(app, first.id)).toMatchObject([{ amount: 3400 }]);
  });

  test('after the bill grew gets a new payment; the old one is cancelled at the processor first', async () => {
    const scene = await setScene(app);
    const old = await pay(scene.guest, scene.orderId);
    await syncOrder(scene, { subtotalMinor: 4000 });
    const fresh = await pay(scene.guest, scene.orderId, { billMinor: 4200 });
    expect(fresh).toMatchObject({ totalMinor: 4200, status: 'PENDING' });
    expect(fresh.id).not.toBe(old.id);
    expect(intentsOf(app, old.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await scene.guest.payments.get.query({ paymentId: old.id })).status).toBe('CANCELLED');
  });

  test('after the bill grew while the old amount was being paid pays only the rest', async () => {
    const scene = await setScene(app);
    const old = await pay(scene.guest, scene.orderId);
    app.simulator.control.holdWebhooks();
    await payWithCard(app, old);
    await syncOrder(scene, { subtotalMinor: 4000 });
    const rest = await pay(scene.guest, scene.orderId);
    app.simulator.control.releaseWebhooks();
    expect(rest).toMatchObject({ totalMinor: 1500, subtotalMinor: 1500, taxMinor: 0, status: 'PENDING' });
    expect((await waitForStatus(scene.guest, old.id, 'COMPLETED')).totalMinor).toBe(2700);
    await payWithCard(app, rest);
    await waitForStatus(scene.guest, rest.id, 'COMPLETED');
    expect(
      await rows(app, 'SELECT state FROM order_payment_states WHERE order_id = $1', [scene.orderId]),
    ).toEqual([{ state: 'PAID' }]);
  });

  test('whose payment is out of time gets a new one', async () => {
    const { guest, orderId } = await setScene(app);
    const old = await pay(guest, orderId);
    await app.database.pool.query('UPDATE payments SET expires_at = now() WHERE id = $1', [old.id]);
    const fresh = await pay(guest, orderId);
    expect(fresh.id).not.toBe(old.id);
    expect(intentsOf(app, old.id)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('saving the card', () => {
  test('is refused for everybody who is not a signed-in customer', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const admin = await app.asAdmin();
    for (const client of [guest, staff, admin]) {
      expect(await refusalOf(pay(client, orderId, { saveCard: true }))).toMatchObject({
        code: 'BAD_REQUEST',
        appCode: 'SAVE_CARD_NEEDS_SIGN_IN',
      });
    }
    expect(await paymentsOfOrder(app, orderId)).toEqual([]);
  });

  test('creates one customer per user and asks for use off session; without the wish nothing is kept', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    const userId = `saver-${a.orderId}`;
    const atA = await app.asCustomer(userId, a.session.guests[0]);
    const atB = await app.asCustomer(userId, b.session.guests[0]);
    const first = await pay(atA, a.orderId, { saveCard: true });
    const second = await pay(atB, b.orderId, { saveCard: true });
    const customers = app.simulator.control.state().customers.filter((c) => c.metadata.userId === userId);
    expect(customers).toHaveLength(1);
    for (const payment of [first, second]) {
      expect(intentsOf(app, payment.id)).toMatchObject([
        { customer: customers[0]?.id, setup_future_usage: 'off_session' },
      ]);
    }
    const c = await setScene(app);
    const plain = await pay(await app.asCustomer(userId, c.session.guests[0]), c.orderId);
    expect(intentsOf(app, plain.id)).toMatchObject([{ customer: null, setup_future_usage: null }]);
  });

  test('follows the last wish: with another one the payment is replaced', async () => {
    const { orderId, session } = await setScene(app);
    const customer = await app.asCustomer(`undecided-${orderId}`, session.guests[0]);
    const saving = await pay(customer, orderId, { saveCard: true });
    const plain = await pay(customer, orderId, { saveCard: false });
    expect(plain.id).not.toBe(saving.id);
    expect(intentsOf(app, saving.id)).toMatchObject([{ status: 'canceled' }]);
    expect(intentsOf(app, plain.id)).toMatchObject([{ setup_future_usage: null }]);
    expect(await pay(customer, orderId)).toEqual(plain);
  });

  test('a repeat with the same key after the session closed answers the payment', async () => {
    const scene = await setScene(app);
    const customer = await app.asCustomer(`late-${scene.orderId}`, scene.session.guests[0]);
    const input = { saveCard: true, idempotencyKey: newKey() };
    const payment = await pay(customer, scene.orderId, input);
    await rows(app, "UPDATE table_sessions SET status = 'CLOSED' WHERE id = $1", [scene.session.sessionId]);
    expect((await pay(customer, scene.orderId, input)).id).toBe(payment.id);
    expect(await refusalOf(pay(customer, scene.orderId, { saveCard: true }))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });

  test('for an order that is not theirs creates no customer at the processor', async () => {
    const { orderId } = await setScene(app);
    const stranger = await app.asCustomer(`stranger-${orderId}`);
    expect(await refusalOf(pay(stranger, orderId, { saveCard: true }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(
      app.simulator.control.state().customers.filter((c) => c.metadata.userId === `stranger-${orderId}`),
    ).toEqual([]);
  });
});
