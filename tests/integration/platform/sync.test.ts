import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  payWithCard,
  refusalOf,
  seedOrder,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  intentsOf,
  newGuestId,
  orderRow,
  pay,
  rows,
  type Scene,
  setScene,
  syncOrder,
  syncSession,
} from '../payments/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const restaurantRow = (scene: Scene, change: Record<string, unknown>) => ({
  id: scene.at.restaurantId,
  name: 'Chez Test',
  currency: scene.at.currency,
  timeZone: 'UTC',
  version: 2,
  ...change,
});

async function syncRestaurant(scene: Scene, change: Record<string, unknown>) {
  const { results } = await scene.service.platform.restaurants.sync.mutate({
    restaurants: [restaurantRow(scene, change)],
  });
  return results[0];
}

const orderState = async (orderId: string) =>
  (
    await rows<{ state: string; captured_amount: number }>(
      app,
      'SELECT state, captured_amount FROM order_payment_states WHERE order_id = $1',
      [orderId],
    )
  )[0];

/** Sum of an account in a restaurant's books. */
async function account(scene: Scene, code: string): Promise<number> {
  const [row] = await rows<{ sum: string | null }>(
    app,
    `SELECT sum(p.amount)::text FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.restaurant_id = $1 AND p.account = $2`,
    [scene.at.restaurantId, code],
  );
  return Number(row?.sum ?? 0);
}

async function payOrder(scene: Scene, tipMinor = 0) {
  const payment = await pay(scene.guest, scene.orderId, { tipMinor });
  await payWithCard(app, payment);
  return waitForStatus(scene.guest, payment.id, 'COMPLETED');
}

test('only the platform may sync, and others learn that before their input is looked at', async () => {
  const scene = await setScene(app);
  for (const client of [
    scene.guest,
    scene.staff,
    await app.asCustomer('c'),
    await app.asAdmin(),
    await app.asOwner(scene.at.ownerId),
  ]) {
    expect(await refusalOf(client.platform.orders.sync.mutate({ orders: [] }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(
      await refusalOf(client.platform.restaurants.sync.mutate({ restaurants: [restaurantRow(scene, {})] })),
    ).toMatchObject({ appCode: 'FORBIDDEN' });
  }
  expect(await refusalOf(app.anonymous().platform.tables.sync.mutate({ tables: [] }))).toMatchObject({
    code: 'UNAUTHORIZED',
  });
});

describe('versions', () => {
  test('a newer one is applied, the same and an older one are stale and change nothing', async () => {
    const scene = await setScene(app);
    expect(await syncOrder(scene, { version: 7, subtotalMinor: 3000 })).toMatchObject({ outcome: 'APPLIED' });
    expect(await syncOrder(scene, { version: 7, subtotalMinor: 1 })).toMatchObject({ outcome: 'STALE' });
    expect(await syncOrder(scene, { version: 6, subtotalMinor: 2 })).toMatchObject({ outcome: 'STALE' });
    expect((await pay(scene.guest, scene.orderId)).subtotalMinor).toBe(3000);
    expect(await syncRestaurant(scene, { version: 1 })).toMatchObject({ outcome: 'STALE' });
    expect(await syncSession(scene, { version: 1, status: 'CLOSED' })).toMatchObject({ outcome: 'STALE' });
  });

  test('of one id in one call may come in any order: the highest stays', async () => {
    const scene = await setScene(app);
    const { results } = await scene.service.platform.orders.sync.mutate({
      orders: [4, 9, 2].map((version) => orderRow(scene, { version, subtotalMinor: 1000 * version })),
    });
    expect(results.map((r) => r.outcome)).toEqual(['APPLIED', 'APPLIED', 'STALE']);
    expect((await pay(scene.guest, scene.orderId)).subtotalMinor).toBe(9000);
  });

  test('sent at once in any order: the highest stays, and so does the tip of the first', async () => {
    const scene = await setScene(app);
    const id = `order-${randomUUID()}`;
    const versions = [5, 3, 8, 1, 7, 2, 6, 4];
    await Promise.all(
      versions.map((version) =>
        syncOrder(scene, { id, version, subtotalMinor: 100 * version, taxMinor: 0, tipMinor: version }),
      ),
    );
    const [order] = await rows<{ subtotal_amount: number; version: number; tip_amount: number }>(
      app,
      'SELECT * FROM orders WHERE id = $1',
      [id],
    );
    expect(order).toMatchObject({ subtotal_amount: 800, version: 8 });
    const payment = await pay(scene.guest, id);
    expect(payment.tipMinor).toBe(order?.tip_amount);
  });
});

test('the tip of an order is taken on first insert only', async () => {
  const scene = await setScene(app, { tipMinor: 300 });
  await syncOrder(scene, { tipMinor: 999 });
  expect((await pay(scene.guest, scene.orderId)).tipMinor).toBe(300);
});

/** A guest as stored. */
async function guestRow(guestSessionId: string) {
  const [row] = await rows<{ publicId: string; isGone: boolean }>(
    app,
    'SELECT public_id AS "publicId", left_at IS NOT NULL AS "isGone" FROM guest_sessions WHERE id = $1',
    [guestSessionId],
  );
  return row ?? { publicId: null, isGone: null };
}

test('a line with the id of another order’s line refuses its order, and leaves both orders as they were', async () => {
  const scene = await setScene(app);
  const line = { id: `i-${randomUUID()}`, name: 'Mine', quantity: 1, unitMinor: 2500, subtotalMinor: 2500 };
  await syncOrder(scene, { items: [line] });
  const id = `order-${randomUUID()}`;
  const items = [{ ...line, name: 'Theirs' }];
  expect(await syncOrder(scene, { id, items })).toMatchObject({
    outcome: 'REFUSED',
    code: 'ITEM_OF_OTHER_ORDER',
  });
  expect(await rows(app, 'SELECT id FROM orders WHERE id = $1', [id])).toEqual([]);
  expect(await rows(app, 'SELECT order_id, name FROM order_items WHERE id = $1', [line.id])).toEqual([
    { order_id: scene.orderId, name: 'Mine' },
  ]);
  expect(await syncOrder(scene, { id, items: [{ ...line, id: `i-${randomUUID()}` }] })).toMatchObject({
    outcome: 'APPLIED',
  });
});

test('lines need not sum to the subtotal: a discount of the whole order has none, and the subtotal is charged', async () => {
  const scene = await setScene(app);
  const line = { id: `i-${randomUUID()}`, name: 'Full', quantity: 1, unitMinor: 3000, subtotalMinor: 3000 };
  expect(await syncOrder(scene, { items: [line] })).toMatchObject({ outcome: 'APPLIED' });
  expect((await pay(scene.guest, scene.orderId)).subtotalMinor).toBe(2500);
});

test('dates that no calendar of ours holds refuse their row', async () => {
  const scene = await setScene(app);
  for (const date of [new Date(-8.64e15), new Date(8.64e15), new Date('1969-12-31T23:59:59Z')]) {
    expect(await syncOrder(scene, { placedAt: date })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await syncSession(scene, { expiresAt: date })).toMatchObject({ code: 'INVALID_INPUT' });
    const guests = [{ guestSessionId: newGuestId(), joinedAt: date }];
    expect(await syncSession(scene, { guests })).toMatchObject({ code: 'INVALID_INPUT' });
  }
});

test('lines are replaced as a whole', async () => {
  const scene = await setScene(app);
  const items = [
    { id: `i-${randomUUID()}`, name: 'Only', quantity: 2, unitMinor: 1250, subtotalMinor: 2500 },
  ];
  await syncOrder(scene, { items });
  const paid = await payOrder(scene);
  const receipt = await scene.guest.payments.receipt.query({ paymentId: paid.id });
  expect(receipt.orders[0]?.lines).toEqual([
    { name: 'Only', quantity: 2, unitMinor: 1250, subtotalMinor: 2500 },
  ]);
});

describe('one bad row refuses itself alone', () => {
  test('among orders: wrong shape, unknown references, wrong currency, double lines; the good ones are taken, answers in order', async () => {
    const scene = await setScene(app);
    const other = await setScene(app);
    const good = () => orderRow(scene, { id: `order-${randomUUID()}`, version: 1 });
    const twice = { id: 'same', name: 'X', quantity: 1, unitMinor: 1, subtotalMinor: 1 };
    const bad: [object, string][] = [
      [{ ...good(), subtotalMinor: -5 }, 'INVALID_INPUT'],
      [{ ...good(), subtotalMinor: 2_147_483_647, taxMinor: 1 }, 'INVALID_INPUT'],
      [{ ...good(), roundNumber: 2_147_483_648 }, 'INVALID_INPUT'],
      [{ ...good(), id: 'nul\0' }, 'INVALID_INPUT'],
      [{ ...good(), orderNumber: 'nul\0' }, 'INVALID_INPUT'],
      [{ ...good(), items: [twice, twice] }, 'INVALID_INPUT'],
      [{ ...good(), restaurantId: 'nowhere' }, 'REFERENCE_MISSING'],
      [{ ...good(), tableId: 'nowhere' }, 'REFERENCE_MISSING'],
      [{ ...good(), tableId: other.at.tableId }, 'REFERENCE_MISSING'],
      [{ ...good(), tableSessionId: other.session.sessionId }, 'REFERENCE_MISSING'],
      [{ ...good(), guestSessionId: other.session.guests[0] }, 'REFERENCE_MISSING'],
      [{ ...good(), currency: 'EUR' }, 'CURRENCY_MISMATCH'],
      [{ ...good(), id: other.orderId }, 'RESTAURANT_FIXED'],
    ];
    const orders = bad.flatMap(([row]) => [row, good()]) as ReturnType<typeof orderRow>[];
    const { results } = await scene.service.platform.orders.sync.mutate({ orders });
    expect(results.map((r) => r.code ?? r.outcome)).toEqual(bad.flatMap(([, code]) => [code, 'APPLIED']));
    expect(results.map((r) => r.id)).toEqual(orders.map((o) => o.id));
    expect(JSON.stringify(results)).not.toContain(other.session.guests[0]);
  });

  test('among restaurants, tables and sessions', async () => {
    const scene = await setScene(app);
    const other = await setScene(app);
    const restaurants = await scene.service.platform.restaurants.sync.mutate({
      restaurants: [
        restaurantRow(scene, { id: `r-${randomUUID()}`, currency: 'XXX' }),
        restaurantRow(scene, { id: `r-${randomUUID()}`, timeZone: 'Mars/Olympus' }),
        restaurantRow(scene, { id: `r-${randomUUID()}`, locale: 'not a locale' }),
        restaurantRow(scene, { id: `r-${randomUUID()}`, closingHour: 13 }),
        restaurantRow(scene, {
          id: `r-${randomUUID()}`,
          members: [
            { userId: 'u', role: 'OWNER' },
            { userId: 'u', role: 'STAFF' },
          ],
        }),
        restaurantRow(scene, { id: `r-${randomUUID()}` }),
      ],
    });
    expect(restaurants.results.map((r) => r.code ?? r.outcome)).toEqual([
      'CURRENCY_UNSUPPORTED',
      'TIME_ZONE_INVALID',
      'LOCALE_INVALID',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'APPLIED',
    ]);
    const tables = await scene.service.platform.tables.sync.mutate({
      tables: [
        { id: `t-${randomUUID()}`, restaurantId: 'nowhere', name: 'T', version: 1 },
        { id: other.at.tableId, restaurantId: scene.at.restaurantId, name: 'T', version: 9 },
        { id: `t-${randomUUID()}`, restaurantId: scene.at.restaurantId, name: 'T', version: 1 },
      ],
    });
    expect(tables.results.map((r) => r.code ?? r.outcome)).toEqual([
      'REFERENCE_MISSING',
      'RESTAURANT_FIXED',
      'APPLIED',
    ]);
    expect(await syncSession(scene, { id: `s-${randomUUID()}`, tableId: 'nowhere' })).toMatchObject({
      code: 'REFERENCE_MISSING',
    });
    expect(await syncSession(scene, { id: `s-${randomUUID()}`, tableId: other.at.tableId })).toMatchObject({
      code: 'REFERENCE_MISSING',
    });
    expect(await syncSession(scene, { id: other.session.sessionId })).toMatchObject({
      code: 'RESTAURANT_FIXED',
    });
  });

  test('but input without a list of rows is refused whole', async () => {
    const { service } = await setScene(app);
    for (const orders of [[], 'x', undefined, Array(501).fill({})]) {
      const call = service.platform.orders.sync.mutate({ orders: orders as [] });
      expect(await refusalOf(call)).toMatchObject({ appCode: 'INVALID_INPUT' });
    }
  });
});

describe('an order that is cancelled', () => {
  test('cancels its open payment at the processor and owes nothing', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    await syncOrder(scene, { status: 'CANCELLED' });
    expect(intentsOf(app, payment.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await scene.guest.payments.get.query({ paymentId: payment.id })).status).toBe('CANCELLED');
    const history = await scene.staff.payments.history.query({ paymentId: payment.id });
    expect(history).toContainEqual(
      expect.objectContaining({ actor: 'system:platform', details: { reason: 'The order was cancelled' } }),
    );
  });

  test('is cancelled also when the processor does not answer; the payment keeps its hold and is due for expiry', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    app.simulator.control.addFault({ kind: 'hang', pathPattern: '/v1/payment_intents/*/cancel' });
    expect(await syncOrder(scene, { status: 'CANCELLED' })).toMatchObject({ outcome: 'APPLIED' });
    const [row] = await rows<{ status: string; due: boolean }>(
      app,
      'SELECT status, expires_at <= now() AS due FROM payments WHERE id = $1',
      [payment.id],
    );
    expect(row).toEqual({ status: 'PENDING', due: true });
  });

  test('after it was paid leaves everything, its tip too, as guest credit', async () => {
    const scene = await setScene(app, { tipMinor: 300 });
    await payOrder(scene, 100);
    await syncOrder(scene, { status: 'CANCELLED' });
    expect(await orderState(scene.orderId)).toMatchObject({ state: 'OVERPAID' });
    expect(await account(scene, 'GUEST_CREDIT')).toBe(-3000);
    expect(await account(scene, 'SALES')).toBe(0);
    expect(await account(scene, 'TAX_PAYABLE')).toBe(0);
    expect(await account(scene, 'TIPS_PAYABLE')).toBe(-100);
    await syncOrder(scene, { status: 'DELIVERED', version: 3 });
    expect(await orderState(scene.orderId)).toMatchObject({ state: 'PAID' });
    expect(await account(scene, 'GUEST_CREDIT')).toBe(0);
    expect(await account(scene, 'TIPS_PAYABLE')).toBe(-400);
  });
});

describe('an order that changes after it was paid', () => {
  test('and shrinks is OVERPAID: guest credit and a discrepancy; growing again takes it back', async () => {
    const scene = await setScene(app);
    await payOrder(scene);
    await syncOrder(scene, { version: 2, subtotalMinor: 1500, taxMinor: 120 });
    expect(await orderState(scene.orderId)).toEqual({ state: 'OVERPAID', captured_amount: 2700 });
    expect(await account(scene, 'GUEST_CREDIT')).toBe(-1080);
    const found = () =>
      rows(
        app,
        'SELECT type, reason, expected_amount, actual_amount, state FROM discrepancies WHERE order_id = $1',
        [scene.orderId],
      );
    expect(await found()).toEqual([
      {
        type: 'DUPLICATE_PAYMENT',
        reason: 'ORDER_SHRUNK',
        expected_amount: 1620,
        actual_amount: 2700,
        state: 'OPEN',
      },
    ]);
    await syncOrder(scene, { version: 2, subtotalMinor: 1500, taxMinor: 120 });
    expect(await found()).toHaveLength(1);

    await syncOrder(scene, { version: 3, subtotalMinor: 2500, taxMinor: 200 });
    expect(await orderState(scene.orderId)).toMatchObject({ state: 'PAID' });
    expect(await account(scene, 'GUEST_CREDIT')).toBe(0);
    expect(await account(scene, 'SALES')).toBe(-2500);
    expect(await account(scene, 'TAX_PAYABLE')).toBe(-200);
  });

  test('and grows is PARTIALLY_PAID, and only the rest is due', async () => {
    const scene = await setScene(app);
    await payOrder(scene);
    await syncOrder(scene, { subtotalMinor: 3500, taxMinor: 280 });
    expect(await orderState(scene.orderId)).toMatchObject({ state: 'PARTIALLY_PAID' });
    expect(await pay(scene.guest, scene.orderId)).toMatchObject({
      totalMinor: 1080,
      subtotalMinor: 1000,
      taxMinor: 80,
    });
  });

  test('or while it is being paid: what is taken beyond the bill is guest credit', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId, { tipMinor: 100 });
    await syncOrder(scene, { subtotalMinor: 1500, taxMinor: 120 });
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    expect(await orderState(scene.orderId)).toMatchObject({ state: 'OVERPAID' });
    expect(await account(scene, 'GUEST_CREDIT')).toBe(-1080);
    expect(await rows(app, 'SELECT reason FROM discrepancies WHERE payment_id = $1', [payment.id])).toEqual([
      { reason: 'OVER_COLLECTED' },
    ]);
  });
});

describe('the currency of a restaurant', () => {
  test('is locked while anything is open, and free when all is paid or cancelled and the tables are closed', async () => {
    const scene = await setScene(app);
    expect(await syncRestaurant(scene, { currency: 'EUR' })).toMatchObject({
      outcome: 'REFUSED',
      code: 'CURRENCY_LOCKED',
    });
    await payOrder(scene);
    await syncSession(scene, { status: 'CLOSED' });
    expect(await syncRestaurant(scene, { currency: 'EUR' })).toMatchObject({ outcome: 'APPLIED' });
    const at = { ...scene.at, currency: 'EUR' };
    const session = await seedSession(scene.service, at);
    const orderId = await seedOrder(scene.service, at, { session });
    expect((await pay(app.asGuest(session.guests[0]), orderId)).currency).toBe('EUR');
  });

  test('that has changed does not lock out news about orders of the old one', async () => {
    const scene = await setScene(app);
    await payOrder(scene);
    await syncSession(scene, { status: 'CLOSED' });
    expect(await syncRestaurant(scene, { currency: 'EUR' })).toMatchObject({ outcome: 'APPLIED' });
    expect(await syncOrder(scene, { status: 'COMPLETED' })).toMatchObject({ outcome: 'APPLIED' });
  });

  test('and an order in it, sent at once, never end in two currencies', async () => {
    for (let round = 0; round < 8; round++) {
      const scene = await setScene(app, { subtotalMinor: 0, taxMinor: 0 });
      await syncSession(scene, { status: 'CLOSED' });
      const [order, restaurant] = await Promise.all([
        syncOrder(scene, { id: `late-${scene.orderId}`, version: 1, tableSessionId: null }),
        syncRestaurant(scene, { currency: 'EUR' }),
      ]);
      expect([order?.outcome, restaurant?.outcome].filter((outcome) => outcome === 'APPLIED')).toHaveLength(
        1,
      );
    }
  });
});

describe('a table session', () => {
  test('that closes cancels its open payments; a guest then reads but pays no more', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    expect(await syncSession(scene, { status: 'CLOSED' })).toMatchObject({ outcome: 'APPLIED' });
    expect(intentsOf(app, payment.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await scene.guest.payments.get.query({ paymentId: payment.id })).status).toBe('CANCELLED');
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({ appCode: 'SESSION_CLOSED' });
  });

  test('that closes while payments are opened leaves none open', async () => {
    const scene = await setScene(app);
    const orders = [scene.orderId];
    for (let n = 0; n < 5; n++)
      orders.push(await seedOrder(scene.service, scene.at, { session: scene.session }));
    await Promise.allSettled([
      ...orders.map((orderId) => pay(scene.guest, orderId)),
      syncSession(scene, { status: 'CLOSED' }),
    ]);
    const open = await rows(
      app,
      `SELECT id FROM payments WHERE table_session_id = $1
      AND status IN ('PENDING', 'FAILED', 'PROCESSING') AND expires_at > now()`,
      [scene.session.sessionId],
    );
    expect(open).toEqual([]);
  });

  test('takes guests who join; they keep their public id, and a guest never changes tables', async () => {
    const scene = await setScene(app);
    const other = await setScene(app);
    const fresh = newGuestId();
    const join = (guestSessionId: string) => ({ guestSessionId, joinedAt: new Date() });
    const taken = { guests: [join(fresh), join(other.session.guests[0])] };
    const refusal = await syncSession(scene, taken);
    expect(refusal).toMatchObject({ outcome: 'REFUSED', code: 'GUEST_OF_OTHER_SESSION' });
    expect(JSON.stringify(refusal)).not.toContain(other.session.guests[0]);
    expect(await refusalOf(pay(app.asGuest(fresh), scene.orderId))).toMatchObject({
      appCode: 'SESSION_UNKNOWN',
    });
    expect(await refusalOf(pay(other.guest, scene.orderId))).toMatchObject({ code: 'NOT_FOUND' });
    expect((await pay(other.guest, other.orderId)).status).toBe('PENDING');
    // The whole row was refused, its version too: the corrected one may carry the same.
    expect(await syncSession(scene, { guests: [join(fresh)] })).toMatchObject({ outcome: 'APPLIED' });
    expect((await pay(app.asGuest(fresh), scene.orderId)).status).toBe('PENDING');
  });

  test('lets out a guest whom a newer version does not name, and in again when one names them', async () => {
    const scene = await setScene(app);
    const [host, mate] = scene.session.guests;
    const join = (guestSessionId: string) => ({ guestSessionId, joinedAt: new Date() });
    const { publicId } = await guestRow(host);
    await syncSession(scene, { version: 2, guests: [join(mate)] });
    expect(await refusalOf(scene.guest.payments.list.query({}))).toMatchObject({
      code: 'UNAUTHORIZED',
      appCode: 'SESSION_UNKNOWN',
    });
    expect(await refusalOf(pay(scene.guest, scene.orderId))).toMatchObject({ appCode: 'SESSION_UNKNOWN' });
    expect((await scene.mate.payments.list.query({})).items).toEqual([]);

    expect(await syncSession(scene, { version: 1, guests: [join(host), join(mate)] })).toMatchObject({
      outcome: 'STALE',
    });
    expect(await refusalOf(scene.guest.payments.list.query({}))).toMatchObject({
      appCode: 'SESSION_UNKNOWN',
    });

    await syncSession(scene, { version: 3, guests: [join(host), join(mate)] });
    expect((await pay(scene.guest, scene.orderId)).status).toBe('PENDING');
    expect(await guestRow(host)).toEqual({ publicId, isGone: false });
  });

  test('that does not name its guests keeps them', async () => {
    const scene = await setScene(app);
    expect(await syncSession(scene, { status: 'PAYMENT_PENDING' })).toMatchObject({ outcome: 'APPLIED' });
    expect((await scene.guest.payments.list.query({})).items).toEqual([]);
  });
});

test('members come and go with their restaurant', async () => {
  const scene = await setScene(app);
  const payment = await pay(scene.guest, scene.orderId);
  await syncRestaurant(scene, { members: [{ userId: `new-${scene.at.staffId}`, role: 'STAFF' }] });
  const fresh = await app.asStaff(`new-${scene.at.staffId}`);
  expect((await fresh.payments.get.query({ paymentId: payment.id })).id).toBe(payment.id);
  expect(await refusalOf(scene.staff.payments.get.query({ paymentId: payment.id }))).toMatchObject({
    code: 'NOT_FOUND',
  });
});
