import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  intentsOf,
  intentsOfOrder,
  pay,
  paymentsOfOrder,
  rows,
  setScene,
  syncOrder,
  syncSession,
} from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

describe('the amount', () => {
  test('is what the server computes: subtotal, tax, the tip of the order and the own tip, kept apart', async () => {
    const scene = await setScene(app, { subtotalMinor: 2500, taxMinor: 200, tipMinor: 300 });
    const payment = await pay(scene.guest, scene.orderId, { tipMinor: 450, billMinor: 3000 });
    expect(payment).toMatchObject({
      status: 'PENDING',
      subtotalMinor: 2500,
      taxMinor: 200,
      tipMinor: 750,
      totalMinor: 3450,
      currency: 'USD',
      method: 'CARD',
      provider: 'STRIPE',
    });
    expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 3450, currency: 'usd' }]);
    const allocations = await rows(
      app,
      'SELECT subtotal_amount, tax_amount, tip_amount FROM payment_allocations WHERE payment_id = $1',
      [payment.id],
    );
    expect(allocations).toEqual([{ subtotal_amount: 2500, tax_amount: 200, tip_amount: 300 }]);
  });

  test('that a client claims is refused when it differs, above or below, and nothing is created', async () => {
    const { guest, orderId } = await setScene(app);
    for (const billMinor of [50, 2699, 2701, 270_000]) {
      expect(await refusalOf(pay(guest, orderId, { billMinor }))).toMatchObject({
        code: 'BAD_REQUEST',
        appCode: 'AMOUNT_MISMATCH',
      });
    }
    expect(await paymentsOfOrder(app, orderId)).toEqual([]);
    expect(intentsOfOrder(app, orderId)).toEqual([]);
  });

  test('that a client claims is compared also when its payment is open already', async () => {
    const { guest, orderId } = await setScene(app);
    await pay(guest, orderId, { billMinor: 2700 });
    expect(await refusalOf(pay(guest, orderId, { billMinor: 50 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
  });

  test.each([
    ['a negative tip', { tipMinor: -1 }],
    ['a broken tip', { tipMinor: 1.5 }],
    ['a short key', { idempotencyKey: 'short' }],
    ['a key with a NUL', { idempotencyKey: 'abcdefgh\0' }],
    ['an empty order id', { orderId: '' }],
  ])('is not reckoned from %s', async (_name, input) => {
    const { guest, orderId } = await setScene(app);
    expect(await refusalOf(pay(guest, orderId, input))).toMatchObject({
      code: 'BAD_REQUEST',
      appCode: 'INVALID_INPUT',
    });
  });

  test('lies within the minimum and maximum of the configuration', async () => {
    const tiny = await setScene(app, { subtotalMinor: 49, taxMinor: 0 });
    expect(await refusalOf(pay(tiny.guest, tiny.orderId))).toMatchObject({ appCode: 'AMOUNT_BELOW_MINIMUM' });
    expect((await pay(tiny.guest, tiny.orderId, { tipMinor: 1 })).totalMinor).toBe(50);

    const large = await setScene(app, { subtotalMinor: 50_000, taxMinor: 0 });
    expect(await refusalOf(pay(large.guest, large.orderId, { tipMinor: 1 }))).toMatchObject({
      appCode: 'AMOUNT_ABOVE_MAXIMUM',
    });
    expect((await pay(large.guest, large.orderId)).totalMinor).toBe(50_000);
  });

  test('lies within the limit of the restaurant where it has one', async () => {
    const scene = await setScene(app, { subtotalMinor: 3000, taxMinor: 0 });
    await scene.service.platform.restaurants.sync.mutate({
      restaurants: [
        {
          id: scene.at.restaurantId,
          name: 'Small',
          currency: 'USD',
          timeZone: 'UTC',
          maxPaymentMinor: 2999,
          version: 2,
        },
      ],
    });
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({
      appCode: 'AMOUNT_ABOVE_MAXIMUM',
    });
  });

  test('follows the table of currencies where it is not the configured one', async () => {
    const yen = await setScene(app, { subtotalMinor: 49, taxMinor: 0 }, { currency: 'JPY' });
    expect(await refusalOf(pay(yen.guest, yen.orderId))).toMatchObject({ appCode: 'AMOUNT_BELOW_MINIMUM' });
    const paid = await pay(yen.guest, yen.orderId, { tipMinor: 951, currency: 'jpy' });
    expect(paid).toMatchObject({ totalMinor: 1000, currency: 'JPY' });
    expect(intentsOf(app, paid.id)).toMatchObject([{ amount: 1000, currency: 'jpy' }]);

    const krone = await setScene(app, { subtotalMinor: 60_000, taxMinor: 0 }, { currency: 'NOK' });
    expect((await pay(krone.guest, krone.orderId)).totalMinor).toBe(60_000);
  });

  test('in dinars ends in 0, and a refusal says which tip makes it so', async () => {
    const { guest, orderId } = await setScene(app, { subtotalMinor: 5004, taxMinor: 0 }, { currency: 'KWD' });
    const refusal = await refusalOf(pay(guest, orderId));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', appCode: 'AMOUNT_NOT_CHARGEABLE' });
    expect(refusal.message).toBe(
      'Cards in KWD pay multiples of 0.010 only. Add 0.006 as a tip, or pay in cash.',
    );
    const payment = await pay(guest, orderId, { tipMinor: 6 });
    expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 5010, currency: 'kwd' }]);
  });

  test('in another currency than the restaurant charges is refused', async () => {
    const { guest, orderId } = await setScene(app);
    expect(await refusalOf(pay(guest, orderId, { currency: 'EUR' }))).toMatchObject({
      appCode: 'CURRENCY_MISMATCH',
    });
    expect((await pay(guest, orderId, { currency: 'usd' })).currency).toBe('USD');
  });
});

describe('a bill that cannot be paid', () => {
  test('a cancelled order', async () => {
    const scene = await setScene(app);
    await syncOrder(scene, { status: 'CANCELLED' });
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({
      code: 'CONFLICT',
      appCode: 'ORDER_CANCELLED',
    });
  });

  test('a closed table session', async () => {
    const scene = await setScene(app);
    await syncSession(scene, { status: 'CLOSED' });
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({
      code: 'PRECONDITION_FAILED',
      appCode: 'SESSION_CLOSED',
    });
  });

  test('an expired table session', async () => {
    const scene = await setScene(app);
    await syncSession(scene, { expiresAt: new Date(Date.now() - 1000) });
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({ appCode: 'SESSION_CLOSED' });
  });

  test('a paid order, for everybody', async () => {
    const { guest, mate, staff, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    for (const client of [guest, mate, staff]) {
      expect(await refusalOf(pay(client, orderId))).toMatchObject({
        code: 'CONFLICT',
        appCode: 'NOTHING_DUE',
      });
    }
  });

  test('an order that costs nothing', async () => {
    const { guest, orderId } = await setScene(app, { subtotalMinor: 0, taxMinor: 0 });
    expect(await refusalOf(pay(guest, orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
  });

  test('a bill that another payer holds, also after a declined attempt, until that payment is cancelled', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const first = await pay(guest, orderId);
    expect(await refusalOf(pay(mate, orderId))).toMatchObject({ code: 'CONFLICT', appCode: 'BALANCE_HELD' });
    expect((await payWithCard(app, first, 'pm_card_chargeDeclined')).status).toBe(402);
    await waitForStatus(guest, first.id, 'FAILED');
    expect(await refusalOf(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });

    await guest.payments.cancel.mutate({ paymentId: first.id, idempotencyKey: newKey() });
    expect((await pay(mate, orderId)).id).not.toBe(first.id);
  });
});

describe('who may open one', () => {
  test('guests of the table, the customer of the order, staff of the restaurant and admins', async () => {
    const { guest, mate, staff } = await setScene(app);
    const scene = await setScene(app);
    const own = await seedOrder(scene.service, scene.at, { customerId: 'customer-of-order' });
    const mates = await seedOrder(scene.service, scene.at, { session: scene.session });
    const forStaff = await seedOrder(scene.service, scene.at, { session: scene.session });
    const forAdmin = await seedOrder(scene.service, scene.at);
    const customer = await app.asCustomer('customer-of-order');
    const admin = await app.asAdmin();
    expect((await pay(customer, own)).customerId).toBe('customer-of-order');
    expect((await pay(scene.guest, scene.orderId)).guestPublicId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await pay(scene.mate, mates)).status).toBe('PENDING');
    expect((await pay(scene.staff, forStaff)).status).toBe('PENDING');
    expect((await pay(admin, forAdmin)).status).toBe('PENDING');
    for (const stranger of [guest, mate, staff]) {
      expect(await refusalOf(pay(stranger, mates))).toMatchObject({
        code: 'NOT_FOUND',
        appCode: 'NOT_FOUND',
      });
    }
  });

  test('nobody without credentials, no service, no stranger; and a refusal does not tell what exists', async () => {
    const { orderId, service } = await setScene(app);
    expect(await refusalOf(pay(app.anonymous(), orderId))).toMatchObject({ appCode: 'UNAUTHENTICATED' });
    expect(await refusalOf(pay(service, orderId))).toMatchObject({ appCode: 'FORBIDDEN' });
    const stranger = await app.asCustomer('somebody-else');
    const [known, unknown] = await Promise.all([
      refusalOf(pay(stranger, orderId)),
      refusalOf(pay(stranger, 'order-that-never-was')),
    ]);
    expect(known).toEqual(unknown);
    expect(known.code).toBe('NOT_FOUND');
  });

  test('a customer at the table whom the platform never named can pay, and finds the payment again', async () => {
    const { orderId, session } = await setScene(app);
    const customer = await app.asCustomer(`new-${orderId}`, session.guests[2]);
    const payment = await pay(customer, orderId);
    expect(payment.customerId).toBe(`new-${orderId}`);
    const again = await app.asCustomer(`new-${orderId}`);
    expect((await again.payments.get.query({ paymentId: payment.id })).clientSecret).toBe(
      payment.clientSecret,
    );
  });

  test('staff who eat elsewhere can pay their own order and see their payment', async () => {
    const { at, service } = await setScene(app);
    const elsewhere = await setScene(app);
    const orderId = await seedOrder(service, at, { customerId: elsewhere.at.staffId });
    const payment = await pay(elsewhere.staff, orderId);
    expect(await elsewhere.staff.payments.get.query({ paymentId: payment.id })).toMatchObject({
      id: payment.id,
      customerId: elsewhere.at.staffId,
    });
  });

  test('a guest id of another table beside a token has no part in the payment', async () => {
    const { at, service } = await setScene(app);
    const otherTable = await setScene(app);
    const orderId = await seedOrder(service, at, { customerId: 'traveller' });
    const customer = await app.asCustomer('traveller', otherTable.session.guests[0]);
    const payment = await pay(customer, orderId);
    expect(payment.guestPublicId).toBeNull();
    expect(await refusalOf(otherTable.guest.payments.get.query({ paymentId: payment.id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('only the payer is told the client secret', async () => {
    const { guest, mate, staff, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    expect(payment.clientSecret).toMatch(/_secret_/);
    for (const client of [mate, staff]) {
      expect((await client.payments.get.query({ paymentId: payment.id })).clientSecret).toBeNull();
    }
  });
});

describe('ids of the platform are opaque', () => {
  test.each([
    ['spaces and quotes', `order "1" 'x'; -- drop`],
    ['unicode', 'commande-é-中文-🍜'],
    ['names of objects', '__proto__'],
    ['a path', '../../etc/passwd?a=b&c=d#e'],
    ['255 characters', 'x'.repeat(255)],
  ])('an order whose id has %s is paid like any other', async (_name, id) => {
    const scene = await setScene(app);
    const orderId = id.length === 255 || id === '__proto__' ? id : `${id}${scene.orderId}`.slice(0, 255);
    expect(await syncOrder(scene, { id: orderId, version: 1 })).toMatchObject({ outcome: 'APPLIED' });
    const payment = await pay(scene.guest, orderId);
    expect(payment).toMatchObject({ orderId, totalMinor: 2700 });
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  });

  test.each([
    ['a NUL', 'order\0'],
    ['a broken surrogate', 'order\ud800'],
    ['256 characters', 'x'.repeat(256)],
  ])('an id that no order can have, with %s, is refused as input', async (_name, orderId) => {
    const { guest } = await setScene(app);
    expect(await refusalOf(pay(guest, orderId))).toMatchObject({
      code: 'BAD_REQUEST',
      appCode: 'INVALID_INPUT',
    });
  });
});

test('the history tells who opened the payment and that its intent was created; the address is kept apart', async () => {
  const { guest, staff, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  const history = await staff.payments.history.query({ paymentId: payment.id });
  expect(history.map((entry) => entry.action)).toEqual(['created', 'intent_created']);
  expect(history[0]?.actor).toBe(`guest:${payment.guestPublicId}`);
  const clients = await rows(app, 'SELECT ip_address FROM payment_audit_clients WHERE audit_id = $1', [
    history[0]?.id,
  ]);
  expect(clients).toHaveLength(1);
});
