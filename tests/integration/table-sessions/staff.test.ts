import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, type Scene, setScene, syncSession } from '../payments/support';
import { payShare, payTable, refusedWith, tableOfTen } from './support';

let app: TestApp;
let nowMs = Date.now();
beforeAll(async () => {
  app = await startTestApp({ app: { clock: { now: () => new Date(nowMs) } } });
});
afterEach(async () => {
  nowMs = Date.now();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const HOUR_MS = 3_600_000;

function close(scene: Scene, more: { force?: boolean; key?: string; reason?: string } = {}) {
  const { key = newKey(), reason = 'Guests have left', ...rest } = more;
  const input = { tableSessionId: scene.session.sessionId, reason, idempotencyKey: key, ...rest };
  return scene.staff.tableSessions.close.mutate(input);
}

const statusOf = async (scene: Scene) =>
  scene.staff.tableSessions.status.query({ tableSessionId: scene.session.sessionId });

describe('the list of sessions', () => {
  test('sums each session, names its places, and tells who sits there', async () => {
    const scene = await tableOfTen(app);
    await payShare(app, scene.guest, scene.session, 400);
    const { restaurantId } = scene.at;
    const page = await scene.staff.tableSessions.list.query({ restaurantId });
    const { items, nextCursor, matchingCount, activeCount } = page;
    expect(items).toMatchObject([
      {
        tableSessionId: scene.session.sessionId,
        restaurantName: 'Chez Test',
        tableName: 'Table 1',
        userCount: 3,
        orderCount: 2,
        lastOrderAt: expect.any(String),
        durationMinutes: 0,
        totalMinor: 1000,
        paidMinor: 400,
        remainingMinor: 600,
        alertReasons: [],
        status: 'ACTIVE',
      },
    ]);
    expect(nextCursor).toBeNull();
    expect({ matchingCount, activeCount }).toEqual({ matchingCount: 1, activeCount: 1 });
  });

  test('filters by status, table and amount, and goes on where the page before ended', async () => {
    const scene = await setScene(app);
    const { restaurantId, tableId } = scene.at;
    for (let i = 0; i < 4; i++)
      await syncSession(
        { ...scene, session: { ...scene.session, sessionId: `${scene.session.sessionId}-${i}` } },
        { version: 1, guests: [] },
      );
    const list = (more: object) => scene.staff.tableSessions.list.query({ restaurantId, ...more });
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    const third = await list({ limit: 2, cursor: second.nextCursor });
    const ids = [...first.items, ...second.items, ...third.items].map((item) => item.tableSessionId);
    expect(new Set(ids).size).toBe(5);
    expect(third.nextCursor).toBeNull();
    expect([first, second, third].map((page) => page.matchingCount)).toEqual([5, 5, 5]);
    expect((await list({ status: ['CLOSED'] })).items).toEqual([]);
    expect((await list({ tableId })).items).toHaveLength(5);
    expect((await list({ tableId: 'elsewhere' })).items).toEqual([]);
    expect((await list({ totalFromMinor: 2700 })).items).toHaveLength(1);
    expect((await list({ totalFromMinor: 2701 })).items).toEqual([]);
    expect((await list({ totalToMinor: 2699 })).items).toHaveLength(4);
    expect(await refusalOf(list({ cursor: 'nonsense' }))).toMatchObject({ appCode: 'CURSOR_INVALID' });
  });

  test('says where somebody should go: waiting to be paid, over but unpaid, there for hours', async () => {
    const scene = await setScene(app);
    const { restaurantId } = scene.at;
    const token = await app.token('RESTAURANT_STAFF', scene.at.staffId, '12h');
    const staff = app.with({ authorization: `Bearer ${token}` });
    const reasons = async () => {
      const { items } = await staff.tableSessions.list.query({ restaurantId, needsAttention: true });
      return items.flatMap((item) => item.alertReasons);
    };
    expect(await reasons()).toEqual([]);
    await syncSession(scene, { version: 2, status: 'PAYMENT_PENDING' });
    expect(await reasons()).toEqual(['PAYMENT_PENDING']);
    const quiet = await staff.tableSessions.list.query({ restaurantId, needsAttention: false });
    expect(quiet.items, 'false: only those without reasons').toEqual([]);
    expect((await staff.tableSessions.list.query({ restaurantId })).items).toHaveLength(1);
    nowMs = Date.now() + 5 * HOUR_MS;
    expect(await reasons()).toEqual(['PAYMENT_PENDING', 'PAYMENT_OVERDUE', 'LONG_SESSION']);
  });

  test('members see their restaurants alone, admins all, guests none', async () => {
    const mine = await setScene(app);
    const other = await setScene(app);
    const all = async (client: Scene['staff']) =>
      (await client.tableSessions.list.query({ limit: 200 })).items.map((item) => item.tableSessionId);
    expect(await all(mine.staff)).toEqual([mine.session.sessionId]);
    expect(await all(await app.asAdmin())).toEqual(
      expect.arrayContaining([mine.session.sessionId, other.session.sessionId]),
    );
    const { restaurantId } = other.at;
    expect(await refusalOf(mine.staff.tableSessions.list.query({ restaurantId }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusalOf(all(mine.guest))).toMatchObject({ appCode: 'FORBIDDEN' });
    expect(await refusalOf(all(app.anonymous()))).toMatchObject({ appCode: 'UNAUTHENTICATED' });
  });
});

test('the figures count sessions and guests, and revenue by currency less what was refunded', async () => {
  const scene = await setScene(app);
  const paid = await pay(scene.guest, scene.orderId, { tipMinor: 300 });
  await payWithCard(app, paid);
  await waitForStatus(scene.guest, paid.id, 'COMPLETED');
  await scene.staff.refunds.create.mutate({
    paymentId: paid.id,
    amountMinor: 1000,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });
  await waitForStatus(scene.guest, paid.id, 'PARTIALLY_REFUNDED');
  const { restaurantId } = scene.at;
  expect(await scene.staff.tableSessions.figures.query({ restaurantId })).toEqual({
    sessionCount: 1,
    activeCount: 1,
    averageMinutes: null,
    averagePartySize: 3,
    todayCount: 1,
    weekCount: 1,
    revenue: [{ currency: 'USD', revenueMinor: 2000 }],
    topRestaurants: [
      { restaurantId, restaurantName: 'Chez Test', currency: 'USD', sessionCount: 1, revenueMinor: 2000 },
    ],
  });
  const before = await scene.staff.tableSessions.figures.query({
    restaurantId,
    createdTo: new Date(Date.now() - HOUR_MS),
  });
  expect(before).toMatchObject({ sessionCount: 0, averagePartySize: null, revenue: [] });
  await close(scene, { force: true });
  const after = await scene.staff.tableSessions.figures.query({ restaurantId });
  expect(after).toMatchObject({ activeCount: 0, averageMinutes: expect.any(Number) });
});

describe('closing a session', () => {
  test('refuses while something is due, and tells how much', async () => {
    const scene = await setScene(app);
    expect(await refusedWith(close(scene))).toMatchObject({
      appCode: 'SESSION_UNPAID',
      details: { remainingMinor: 2700 },
    });
    expect((await statusOf(scene)).isClosed).toBe(false);
  });

  test('with force ends open payments at the processor, and nobody pays any more', async () => {
    const scene = await setScene(app);
    const open = await payTable(scene.guest, scene.session, { shareMinor: 1000 });
    const cash = await payTable(scene.mate, scene.session, { shareMinor: 500, method: 'CASH' });
    expect(await close(scene, { force: true })).toMatchObject({
      status: 'CLOSED',
      closedAt: expect.any(String),
    });
    expect(await statusOf(scene)).toMatchObject({ isClosed: true, isActive: false });
    const payments = await scene.staff.tableSessions.payments.query({
      tableSessionId: scene.session.sessionId,
    });
    expect(payments.map(({ id, status }) => [id, status]).sort()).toEqual(
      [open, cash].map(({ id }) => [id, 'CANCELLED']).sort(),
    );
    expect(await refusalOf(pay(scene.staff, scene.orderId))).toMatchObject({ appCode: 'SESSION_CLOSED' });
  });

  test('happens once: a repeat answers the same, with or without its key', async () => {
    const scene = await setScene(app);
    const key = newKey();
    const first = await close(scene, { force: true, key });
    nowMs += HOUR_MS;
    expect(await close(scene, { force: true, key })).toEqual(first);
    expect(await close(scene)).toEqual(first);
    expect(await refusalOf(close(scene, { key, reason: 'Another' }))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('a paid one closes without force; it stays closed whatever the platform syncs later, and is told once', async () => {
    const scene = await setScene(app);
    await payShare(app, scene.guest, scene.session, 2700);
    await close(scene);
    expect(await syncSession(scene, { version: 9, status: 'ACTIVE' })).toMatchObject({ outcome: 'APPLIED' });
    expect((await statusOf(scene)).isClosed).toBe(true);
    const { rows } = await app.database.pool.query(
      `SELECT type, payload->>'status' AS status FROM outbox_events
       WHERE table_session_id = $1 AND type LIKE 'table:session_%' ORDER BY position`,
      [scene.session.sessionId],
    );
    expect(rows.slice(1)).toEqual([
      { type: 'table:session_closed', status: 'CLOSED' },
      { type: 'table:session_updated', status: 'CLOSED' },
    ]);
  });

  test('a share paid in that very moment is kept: it is refused or it settles, and nothing is left open', async () => {
    const scene = await setScene(app);
    const [started] = await Promise.allSettled([
      payTable(scene.guest, scene.session, { shareMinor: 900 }),
      close(scene, { force: true }),
    ]);
    if (started.status === 'rejected') {
      expect(await refusalOf(Promise.reject(started.reason))).toMatchObject({ appCode: 'SESSION_CLOSED' });
      return;
    }
    const { id } = started.value;
    await waitFor('the payment is cancelled', async () => {
      const payment = await scene.staff.payments.get.query({ paymentId: id });
      return payment.status === 'CANCELLED';
    });
  });
});
