import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, seedOrder, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { orderRow, rows, setScene, syncOrder, syncSession } from '../payments/support';
import { billOf, payShare, payTable, refusedWith, tableOfTen } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const READS = ['bill', 'users', 'orders', 'status', 'payments', 'paymentStatus'] as const;

describe('the bill', () => {
  test('lists rounds with orders, lines and payments, and sums them without cancelled orders and payers’ tips', async () => {
    const scene = await setScene(app, { tipMinor: 100 });
    const { guest, session, service, at } = scene;
    await service.platform.orders.sync.mutate({
      orders: [
        {
          ...orderRow(scene, { id: `second-${newKey()}`, roundNumber: 2, subtotalMinor: 1000, taxMinor: 80 }),
        },
        { ...orderRow(scene, { id: `gone-${newKey()}`, roundNumber: 2, status: 'CANCELLED' }) },
      ],
    });
    const payment = await payTable(guest, session, { shareMinor: 1000, tipMinor: 300 });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    const bill = await billOf(guest, session);
    expect(bill.summary).toMatchObject({
      subtotalMinor: 3500,
      taxMinor: 280,
      tipMinor: 100,
      grandTotalMinor: 3880,
      paidMinor: 1000,
      remainingMinor: 2880,
      isFullyPaid: false,
    });
    expect(bill.rounds.map((r) => [r.roundNumber, r.totalMinor, r.orders.length])).toEqual([
      [1, 2800, 1],
      [2, 1080, 2],
    ]);
    const [first] = bill.rounds[0]?.orders ?? [];
    expect(first).toMatchObject({
      totalMinor: 2800,
      tipMinor: 100,
      paymentState: 'PARTIALLY_PAID',
      isPaid: false,
    });
    expect(first?.items.map((i) => i.name)).toEqual(['Soup', 'Steak']);
    expect(first?.payments).toMatchObject([{ paymentId: payment.id, status: 'COMPLETED', method: 'CARD' }]);
    expect(bill.session).toMatchObject({ restaurantId: at.restaurantId, currency: 'USD', status: 'ACTIVE' });
    expect(bill.guests).toHaveLength(3);
  });

  test('a client that adds up orders and completed payments itself gets our remainder', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    await payShare(app, guest, session, 333);
    await payTable(mate, session, { shareMinor: 300 });
    const { rounds, summary } = await billOf(guest, session);
    const orders = rounds.flatMap((r) => r.orders).filter((o) => o.status !== 'CANCELLED');
    const own = orders
      .map((o) => {
        const paid = o.payments
          .filter((p) => p.status === 'COMPLETED')
          .reduce((sum, p) => sum + p.allocatedMinor, 0);
        return o.subtotalMinor + o.taxMinor + o.tipMinor - paid;
      })
      .reduce((sum, left) => sum + left, 0);
    expect(own).toBe(summary.remainingMinor);
    expect(summary).toMatchObject({ remainingMinor: 667, heldMinor: 300, availableMinor: 367 });
  });

  test('money given back is due again while the table is open', async () => {
    const { guest, staff, session } = await tableOfTen(app);
    const payment = await payShare(app, guest, session, 500);
    await staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor: 200,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    await app.simulator.control.waitForDeliveries();
    expect((await billOf(guest, session)).summary).toMatchObject({ paidMinor: 300, remainingMinor: 700 });
  });

  test('an order that shrank after it was paid pays no other order', async () => {
    const scene = await tableOfTen(app);
    const payment = await payTable(scene.guest, scene.session, { orderIds: [scene.orderId] });
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    await syncOrder(scene, { subtotalMinor: 100, taxMinor: 0 });
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      grandTotalMinor: 500,
      paidMinor: 600,
      remainingMinor: 400,
    });
  });

  test('tells by updatedAt that something changed', async () => {
    const { guest, session } = await tableOfTen(app);
    const before = (await billOf(guest, session)).summary.updatedAt;
    await payShare(app, guest, session, 500);
    expect((await billOf(guest, session)).summary.updatedAt > before).toBe(true);
  });

  test('without orders is empty and not paid', async () => {
    const scene = await tableOfTen(app);
    await syncOrder(scene, { status: 'CANCELLED' });
    await scene.service.platform.orders.sync.mutate({
      orders: [{ ...orderRow(scene, { id: scene.secondOrderId, status: 'CANCELLED' }) }],
    });
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      grandTotalMinor: 0,
      remainingMinor: 0,
      isFullyPaid: false,
    });
  });
});

describe('the table', () => {
  test('users: the host first, by public id; no answer of any read carries a secret id', async () => {
    const { guest, session } = await tableOfTen(app);
    await payTable(guest, session, { shareMinor: 500 });
    const input = { tableSessionId: session.sessionId };
    const { users } = await guest.tableSessions.users.query(input);
    expect(users.map((u) => u.isHost)).toEqual([true, false, false]);
    for (const read of READS) {
      const text = JSON.stringify(await guest.tableSessions[read].query(input));
      for (const secret of session.guests) expect(text).not.toContain(secret);
    }
  });

  test('orders come by round, then as they were placed', async () => {
    const { guest, session, orderId, secondOrderId } = await tableOfTen(app);
    const { orders, totals } = await guest.tableSessions.orders.query({ tableSessionId: session.sessionId });
    expect(orders.map((o) => o.id)).toEqual([orderId, secondOrderId]);
    expect(totals).toMatchObject({ grandTotalMinor: 1000, remainingMinor: 1000 });
  });

  test.each([
    [{ status: 'ACTIVE' }, { isActive: true, isClosed: false, isExpired: false, canOrder: true }],
    [{ status: 'ORDERING_LOCKED' }, { isActive: true, isClosed: false, isExpired: false, canOrder: false }],
    [{ status: 'PAYMENT_PENDING' }, { isActive: true, isClosed: false, isExpired: false, canOrder: false }],
    [{ status: 'CLOSED' }, { isActive: false, isClosed: true, isExpired: false, canOrder: false }],
    [{ expiresAt: new Date(0) }, { isActive: false, isClosed: false, isExpired: true, canOrder: false }],
  ])('status of %o is %o', async (change, expected) => {
    const scene = await tableOfTen(app);
    await syncSession(scene, change);
    const input = { tableSessionId: scene.session.sessionId };
    expect(await scene.guest.tableSessions.status.query(input)).toMatchObject({
      ...expected,
      userCount: 3,
      totals: { grandTotalMinor: 1000, remainingMinor: 1000 },
    });
    expect(await scene.guest.tableSessions.paymentStatus.query(input)).toMatchObject({
      canAcceptNewPayment: expected.isActive,
    });
  });
});

describe('payment status', () => {
  test('lists open and paid ones; the secret only of the caller’s own', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    const paid = await payShare(app, guest, session, 300);
    const open = await payTable(guest, session, { shareMinor: 200 });
    const input = { tableSessionId: session.sessionId };
    const [own, others] = await Promise.all([
      guest.tableSessions.paymentStatus.query(input),
      mate.tableSessions.paymentStatus.query(input),
    ]);
    expect(own.payments.map((p) => [p.id, p.clientSecret])).toEqual([
      [open.id, open.clientSecret],
      [paid.id, null],
    ]);
    expect(others.payments.map((p) => p.clientSecret)).toEqual([null, null]);
    expect(others.payments.map((p) => p.guestPublicId)).toEqual([paid.guestPublicId, paid.guestPublicId]);
    expect(await mate.tableSessions.payments.query(input)).toEqual(others.payments);
  });

  test('others who pay now are no hindrance to a new payment; a paid bill is', async () => {
    const { guest, session } = await tableOfTen(app);
    const input = { tableSessionId: session.sessionId };
    const payment = await payTable(guest, session);
    expect(await guest.tableSessions.paymentStatus.query(input)).toMatchObject({
      canAcceptNewPayment: true,
      lastPaymentAt: null,
      totals: { heldMinor: 1000, availableMinor: 0 },
    });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    expect(await guest.tableSessions.paymentStatus.query(input)).toMatchObject({
      canAcceptNewPayment: false,
    });
  });

  test('sums what was charged by method and payer, orders paid by themselves included', async () => {
    const { guest, mate, staff, session, secondOrderId } = await tableOfTen(app);
    const first = await payShare(app, guest, session, 300);
    const second = await payShare(app, mate, session, 300);
    await staff.cash.record.mutate({ orderId: secondOrderId, tipMinor: 40, idempotencyKey: newKey() });
    const status = await guest.tableSessions.paymentStatus.query({ tableSessionId: session.sessionId });
    expect(status.byMethod).toEqual({
      CARD: { count: 2, totalMinor: 600 },
      CASH: { count: 1, totalMinor: 200 },
    });
    expect(new Map(status.byPayer.map((p) => [p.guestPublicId, p.totalMinor]))).toEqual(
      new Map([
        [first.guestPublicId, 300],
        [second.guestPublicId, 300],
        [null, 200],
      ]),
    );
    expect(status.lastPaymentAt).toBe(status.payments[0]?.completedAt);
  });
});

describe('every read', () => {
  test.each(READS)('%s of another table or of none: as if there were none', async (read) => {
    const { session } = await tableOfTen(app);
    const { guest } = await setScene(app);
    for (const tableSessionId of [session.sessionId, 'undefined', '../x']) {
      expect(await refusedWith(guest.tableSessions[read].query({ tableSessionId }))).toMatchObject({
        appCode: 'NOT_FOUND',
      });
    }
  });
});

describe('half an hour more', () => {
  const extend = (scene: Awaited<ReturnType<typeof setScene>>) =>
    scene.guest.tableSessions.extend.mutate({
      tableSessionId: scene.session.sessionId,
      idempotencyKey: newKey(),
    });
  const minutesAhead = (iso: string) => Math.round((Date.parse(iso) - Date.now()) / 60_000);

  test('counts from the end, and again from the new end', async () => {
    const scene = await setScene(app);
    expect(minutesAhead((await extend(scene)).expiresAt)).toBe(270);
    const { expiresAt } = await extend(scene);
    expect(minutesAhead(expiresAt)).toBe(300);
    expect((await billOf(scene.guest, scene.session)).session.expiresAt).toBe(expiresAt);
  });

  test('counts from now once the time is over, and the table can be paid again', async () => {
    const scene = await setScene(app);
    await syncSession(scene, { expiresAt: new Date(Date.now() - 3_600_000) });
    expect(await refusedWith(payTable(scene.guest, scene.session))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
    expect(minutesAhead((await extend(scene)).expiresAt)).toBe(30);
    expect((await payTable(scene.guest, scene.session)).totalMinor).toBe(2700);
  });

  test('a sync that does not know of it does not take it back; a longer one counts; closing ends it', async () => {
    const scene = await setScene(app);
    const { expiresAt } = await extend(scene);
    await syncSession(scene, { version: 2, expiresAt: new Date(Date.now() + 60_000) });
    expect((await billOf(scene.guest, scene.session)).session.expiresAt).toBe(expiresAt);
    const later = new Date(Date.now() + 20 * 3_600_000);
    await syncSession(scene, { version: 3, expiresAt: later });
    expect((await billOf(scene.guest, scene.session)).session.expiresAt).toBe(later.toISOString());
    await syncSession(scene, { version: 4, status: 'CLOSED' });
    expect(await refusedWith(extend(scene))).toMatchObject({ appCode: 'SESSION_CLOSED' });
    expect(await refusedWith(payTable(scene.guest, scene.session))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });

  test('a repeat with the same key answers the same end and adds nothing', async () => {
    const scene = await setScene(app);
    const input = { tableSessionId: scene.session.sessionId, idempotencyKey: newKey() };
    const asked = Array.from({ length: 16 }, () => scene.guest.tableSessions.extend.mutate(input));
    const ends = new Set((await Promise.all(asked)).map(({ expiresAt }) => expiresAt));
    expect([...ends].map(minutesAhead)).toEqual([270]);
  });

  test('asked for by many at once, each counts', async () => {
    const scene = await setScene(app);
    await Promise.all(Array.from({ length: 8 }, () => extend(scene)));
    const [row] = await rows<{ ahead: number }>(
      app,
      `SELECT round(extract(epoch FROM extended_until - expires_at) / 60)::int AS ahead FROM table_sessions WHERE id = $1`,
      [scene.session.sessionId],
    );
    expect(row?.ahead).toBe(240);
  });
});

test('an order placed between two payments is due, whoever paid before', async () => {
  const { guest, mate, session, service, at } = await tableOfTen(app);
  await payShare(app, guest, session, 1000);
  await seedOrder(service, at, { session, subtotalMinor: 500, taxMinor: 0 });
  expect((await payTable(mate, session)).totalMinor).toBe(500);
});
