import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  orderNumberOf,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { otherId, pay, rows, type Scene, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

async function payNow(scene: Scene, orderId = scene.orderId, more: { tipMinor?: number } = {}) {
  const payment = await pay(scene.guest, orderId, more);
  await payWithCard(app, payment);
  return waitForStatus(scene.guest, payment.id, 'COMPLETED');
}

test('a receipt says who sold what to whom for how much, and how it was paid', async () => {
  const scene = await setScene(app, { subtotalMinor: 2500, taxMinor: 200, tipMinor: 300 });
  const paid = await payNow(scene, scene.orderId, { tipMinor: 150 });
  await app.simulator.control.waitForDeliveries();
  const receipt = await scene.guest.payments.receipt.query({ paymentId: paid.id });
  expect(receipt).toEqual({
    number: paid.receiptNumber,
    paymentId: paid.id,
    businessDay: paid.businessDay,
    issuedAt: paid.completedAt,
    restaurant: { name: 'Chez Test', address: null, timeZone: 'America/New_York', locale: 'en-US' },
    tableName: 'Table 1',
    currency: 'USD',
    orders: [
      {
        orderNumber: orderNumberOf(scene.orderId),
        lines: [
          { name: 'Soup', quantity: 1, unitMinor: 1250, subtotalMinor: 1250 },
          { name: 'Steak', quantity: 1, unitMinor: 1250, subtotalMinor: 1250 },
        ],
      },
    ],
    partOfBill: false,
    subtotalMinor: 2500,
    taxMinor: 200,
    tipMinor: 450,
    totalMinor: 3150,
    refunds: [],
    refundedMinor: 0,
    paidWith: 'visa •••• 4242',
    url: paid.receiptUrl,
    linkExpiresAt: expect.stringMatching(/^20\d\d-.*Z$/),
  });
  expect(receipt.url).toMatch(new RegExp(`^${app.url}/r/[\\w-]{43}$`));
});

test('of a payment that covers the rest of a bill says that it is a part', async () => {
  const scene = await setScene(app);
  await payNow(scene);
  await scene.service.platform.orders.sync.mutate({
    orders: [
      {
        id: scene.orderId,
        restaurantId: scene.at.restaurantId,
        tableId: scene.at.tableId,
        tableSessionId: scene.session.sessionId,
        orderNumber: 'A-1',
        status: 'DELIVERED',
        currency: 'USD',
        subtotalMinor: 4000,
        taxMinor: 320,
        placedAt: new Date(),
        version: 2,
      },
    ],
  });
  const rest = await payNow(scene);
  expect(rest.totalMinor).toBe(1620);
  expect((await scene.guest.payments.receipt.query({ paymentId: rest.id })).partOfBill).toBe(true);
});

describe('the link', () => {
  test('opens the receipt without login until it expires', async () => {
    const scene = await setScene(app);
    const paid = await payNow(scene);
    const token = paid.receiptUrl?.split('/r/')[1] ?? '';
    const open = () => app.anonymous().payments.receiptByToken.query({ token });
    expect(await open()).toEqual(await scene.guest.payments.receipt.query({ paymentId: paid.id }));
    await rows(app, 'UPDATE payments SET receipt_expires_at = now() WHERE id = $1', [paid.id]);
    expect(await refusalOf(open())).toMatchObject({ code: 'NOT_FOUND', appCode: 'NOT_FOUND' });
    expect((await scene.guest.payments.receipt.query({ paymentId: paid.id })).number).toBe(
      paid.receiptNumber,
    );
  });

  test('shows what went back, but not what the staff wrote about it', async () => {
    const scene = await setScene(app);
    const paid = await payNow(scene);
    await scene.staff.refunds.create.mutate({
      paymentId: paid.id,
      amountMinor: 500,
      reason: 'Ms Doe fell ill',
      idempotencyKey: newKey(),
    });
    const token = paid.receiptUrl?.split('/r/')[1] ?? '';
    const open = await app.anonymous().payments.receiptByToken.query({ token });
    expect(open.refunds).toMatchObject([{ refundedMinor: 500, reason: null }]);
    const page = await fetch(paid.receiptUrl ?? '');
    expect(await page.text()).not.toContain('Doe');
    const own = await scene.guest.payments.receipt.query({ paymentId: paid.id });
    expect(own.refunds).toMatchObject([{ reason: 'Ms Doe fell ill' }]);
  });

  test.each(['x'.repeat(43), `${'a'.repeat(40)}%'"`, '../../../../etc/passwd'])(
    'with an invented token finds nothing: %s',
    async (token) => {
      expect(await refusalOf(app.anonymous().payments.receiptByToken.query({ token }))).toMatchObject({
        appCode: 'NOT_FOUND',
      });
    },
  );

  test('with a token that none can be is refused as input', async () => {
    for (const token of ['', 'short', 'x'.repeat(65), 'abcdefghijklmnop\0']) {
      expect(await refusalOf(app.anonymous().payments.receiptByToken.query({ token }))).toMatchObject({
        appCode: 'INVALID_INPUT',
      });
    }
  });
});

test('there is none before the payment is completed, after a decline, or when it was cancelled', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  const refusal = () => refusalOf(guest.payments.receipt.query({ paymentId: payment.id }));
  expect(await refusal()).toMatchObject({ code: 'CONFLICT', appCode: 'PAYMENT_NOT_COMPLETED' });
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(guest, payment.id, 'FAILED');
  expect(await refusal()).toMatchObject({ appCode: 'PAYMENT_NOT_COMPLETED' });
  await guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
  expect(await refusal()).toMatchObject({ appCode: 'PAYMENT_NOT_COMPLETED' });
});

test('only those who may read the payment read its receipt', async () => {
  const scene = await setScene(app);
  const stranger = await setScene(app);
  const paid = await payNow(scene);
  for (const client of [scene.mate, scene.staff, await app.asAdmin()]) {
    expect((await client.payments.receipt.query({ paymentId: paid.id })).paymentId).toBe(paid.id);
  }
  for (const client of [stranger.guest, stranger.staff, await app.asCustomer('c')]) {
    expect(await refusalOf(client.payments.receipt.query({ paymentId: paid.id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  expect(await refusalOf(scene.guest.payments.receipt.query({ paymentId: otherId() }))).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await refusalOf(app.anonymous().payments.receipt.query({ paymentId: paid.id }))).toMatchObject({
    appCode: 'UNAUTHENTICATED',
  });
});

describe('the business day', () => {
  /** A zone where it is now between 2 and 3 at night. */
  function nightZone(): { timeZone: string; offsetHours: number } {
    const off = 2 - new Date().getUTCHours();
    const offsetHours = off < -12 ? off + 24 : off;
    return {
      timeZone: offsetHours === 0 ? 'UTC' : `Etc/GMT${offsetHours > 0 ? '-' : '+'}${Math.abs(offsetHours)}`,
      offsetHours,
    };
  }

  test.each([0, 2, 3, 12])(
    'of a bill paid at night with closing hour %i ends at that hour on the local clock',
    async (closingHour) => {
      const { timeZone, offsetHours } = nightZone();
      const scene = await setScene(app, {}, { timeZone, closingHour });
      const paid = await payNow(scene);
      const local = new Date(Date.parse(paid.completedAt ?? '') + offsetHours * 3_600_000);
      const dayMs = local.getUTCHours() < closingHour ? local.getTime() - 86_400_000 : local.getTime();
      const day = new Date(dayMs).toISOString().slice(0, 10);
      expect(paid.businessDay).toBe(day);
      expect(paid.receiptNumber).toBe(`${day.replaceAll('-', '')}-0001`);
      const [entry] = await rows<{ day: string }>(
        app,
        'SELECT business_day::text AS day FROM ledger_transactions WHERE payment_id = $1',
        [paid.id],
      );
      expect(entry?.day).toBe(day);
    },
  );

  test('numbers receipts of each restaurant from 1', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    const numbers: (string | undefined)[] = [];
    for (const scene of [a, b, a]) {
      const orderId = await seedOrder(scene.service, scene.at, { session: scene.session });
      numbers.push((await payNow(scene, orderId)).receiptNumber?.split('-')[1]);
    }
    expect(numbers).toEqual(['0001', '0001', '0002']);
  });
});

test('config tells a frontend what it needs, without login and without secrets', async () => {
  const config = await app.anonymous().payments.config.query();
  expect(config).toEqual({
    publishableKey: app.env.stripe.publishableKey,
    currency: 'USD',
    minPaymentMinor: 50,
    maxPaymentMinor: 50_000,
    simulator: true,
    simulatorUrl: app.simulator.url,
  });
});

describe('the history', () => {
  test('tells every step in order, to staff and admins', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await payWithCard(app, payment, 'pm_card_chargeDeclined');
    await waitForStatus(guest, payment.id, 'FAILED');
    await guest.payments.changeTip.mutate({ paymentId: payment.id, tipMinor: 100, idempotencyKey: newKey() });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    const history = await staff.payments.history.query({ paymentId: payment.id });
    const steps = history.map((entry) => entry.action).filter((action) => action !== 'charge_recorded');
    expect(steps).toEqual([
      'created',
      'intent_created',
      'failed',
      'tip_change_requested',
      'tip_changed',
      'completed',
    ]);
    expect(history.at(-1)?.newStatus).toBe('COMPLETED');
    expect(await (await app.asAdmin()).payments.history.query({ paymentId: payment.id })).toEqual(history);
  });

  test('is not for guests and customers, and strangers learn nothing', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const stranger = await setScene(app);
    const payment = await pay(guest, orderId);
    for (const client of [guest, mate]) {
      expect(await refusalOf(client.payments.history.query({ paymentId: payment.id }))).toMatchObject({
        appCode: 'FORBIDDEN',
      });
    }
    for (const client of [stranger.staff, stranger.guest]) {
      expect(await refusalOf(client.payments.history.query({ paymentId: payment.id }))).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await refusalOf(app.anonymous().payments.history.query({ paymentId: payment.id }))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
  });
});

test('the ten-thousandth receipt of a day has its own number', async () => {
  const scene = await setScene(app);
  const first = await payNow(scene);
  const day = first.businessDay?.replaceAll('-', '');
  expect(first.receiptNumber).toBe(`${day}-0001`);
  await rows(app, 'UPDATE receipt_counters SET last_sequence = 9999 WHERE restaurant_id = $1', [
    scene.at.restaurantId,
  ]);
  const next = await payNow(scene, await seedOrder(scene.service, scene.at, { session: scene.session }));
  expect(next.receiptNumber).toBe(`${day}-10000`);
  // The numbers between were never given: closed again for the check that there is no gap.
  await rows(app, 'UPDATE receipt_counters SET last_sequence = 2 WHERE restaurant_id = $1', [
    scene.at.restaurantId,
  ]);
  await rows(app, 'UPDATE payments SET receipt_number = $2 WHERE id = $1', [next.id, `${day}-0002`]);
});
