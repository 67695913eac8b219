import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOfOrder, pay, type Scene, setScene, syncOrder, syncSession } from '../payments/support';
import { billOf, payTable } from '../table-sessions/support';

/** Decision 14: one currency per table session, as its bill is one sum. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

async function toYen(scene: Scene) {
  const { results } = await scene.service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: scene.at.restaurantId,
        name: 'Chez Test',
        currency: 'JPY',
        timeZone: 'UTC',
        members: [{ userId: scene.at.staffId, role: 'STAFF' }],
        version: 2,
      },
    ],
  });
  return results[0];
}

async function payAll(scene: Scene, orderId = scene.orderId): Promise<string> {
  const payment = await pay(scene.guest, orderId);
  await payWithCard(app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  return payment.id;
}

async function giveBack(scene: Scene, paymentId: string, reduceBill: boolean): Promise<void> {
  await scene.staff.refunds.create.mutate({
    paymentId,
    reduceBill,
    reason: 'Cold',
    idempotencyKey: newKey(),
  });
  await waitForStatus(scene.staff, paymentId, 'REFUNDED');
}

const yenOrder = { currency: 'JPY', subtotalMinor: 2000, taxMinor: 0, version: 1 };
const LOCKED = { outcome: 'REFUSED', code: 'CURRENCY_LOCKED' };
const PAST = new Date('2026-01-01T00:00:00Z');

describe('a restaurant keeps its currency', () => {
  test('while a table session is open, its orders paid or none; closed ones do not lock it', async () => {
    const scene = await setScene(app);
    const { sessionId } = await seedSession(scene.service, scene.at);
    await payAll(scene);
    await syncSession(scene, { status: 'CLOSED' });
    expect(await toYen(scene)).toMatchObject(LOCKED);
    await scene.staff.tableSessions.close.mutate({
      tableSessionId: sessionId,
      reason: 'Gone',
      idempotencyKey: newKey(),
    });
    expect(await toYen(scene)).toMatchObject({ outcome: 'APPLIED' });
  });

  test('while a table whose time is over owes again what was refunded; what came off the bill is not owed', async () => {
    const scene = await setScene(app);
    const other = await seedOrder(scene.service, scene.at, { session: scene.session });
    await giveBack(scene, await payAll(scene), true);
    const paid = await payAll(scene, other);
    await giveBack(scene, paid, false);
    await syncSession(scene, { expiresAt: PAST });
    expect(await toYen(scene)).toMatchObject(LOCKED);
    await syncSession(scene, { expiresAt: PAST, status: 'CLOSED', version: 3 });
    expect(await toYen(scene)).toMatchObject({ outcome: 'APPLIED' });
  });

  test('no longer than that: a table that nobody closed does not lock it when its time is over and nothing is due', async () => {
    const scene = await setScene(app);
    await giveBack(scene, await payAll(scene), true);
    await syncSession(scene, { expiresAt: PAST });
    expect(await toYen(scene)).toMatchObject({ outcome: 'APPLIED' });
  });
});

describe('a table session keeps the currency of its orders', () => {
  /** A paid table whose time was over when the currency changed. */
  async function tableOfDollars(): Promise<Scene> {
    const scene = await setScene(app);
    await payAll(scene);
    await syncSession(scene, { expiresAt: PAST });
    await toYen(scene);
    return scene;
  }

  test('an order in another one is refused there, be it new or moved; news of its own orders are not', async () => {
    const scene = await tableOfDollars();
    const id = `order-${randomUUID()}`;
    expect(await syncOrder(scene, { ...yenOrder, id })).toMatchObject({
      outcome: 'REFUSED',
      code: 'CURRENCY_MISMATCH',
      message: 'The orders of this table session are in USD.',
    });
    const alone = { ...yenOrder, id, tableSessionId: null };
    expect(await syncOrder(scene, alone)).toMatchObject({ outcome: 'APPLIED' });
    expect(await syncOrder(scene, { ...yenOrder, id, version: 2 })).toMatchObject({
      code: 'CURRENCY_MISMATCH',
    });
    expect(await syncOrder(scene, { status: 'COMPLETED' })).toMatchObject({ outcome: 'APPLIED' });
  });

  test('the only order of a session may go to another table', async () => {
    const scene = await tableOfDollars();
    const next = await seedSession(scene.service, scene.at);
    expect(await syncOrder(scene, { tableSessionId: next.sessionId })).toMatchObject({ outcome: 'APPLIED' });
  });

  test('orders of two currencies that enter one session at once: one gets in', async () => {
    for (let round = 0; round < 5; round++) {
      const scene = await tableOfDollars();
      const { sessionId } = await seedSession(scene.service, scene.at);
      const entered = await Promise.all([
        syncOrder(scene, { tableSessionId: sessionId }),
        syncOrder(scene, { ...yenOrder, id: `order-${randomUUID()}`, tableSessionId: sessionId }),
      ]);
      expect(entered.map((one) => one?.outcome).sort()).toEqual(['APPLIED', 'REFUSED']);
    }
  });

  test('it goes on in it when the restaurant has changed', async () => {
    const scene = await tableOfDollars();
    const ended = { tableSessionId: scene.session.sessionId };
    await scene.guest.tableSessions.extend.mutate({ ...ended, idempotencyKey: newKey() });
    await syncOrder(scene, { subtotalMinor: 3000 });
    const { session, summary } = await billOf(scene.guest, scene.session);
    expect([session.currency, summary.remainingMinor]).toEqual(['USD', 500]);
    expect(await payTable(scene.guest, scene.session)).toMatchObject({ currency: 'USD', totalMinor: 500 });
  });
});

describe('a session that holds two currencies all the same', () => {
  /** 27.00 USD and 2,000 JPY due, as data from before these rules may be. */
  async function mixedTable(): Promise<Scene & { yenId: string }> {
    const scene = await setScene(app);
    const yenId = await seedOrder(scene.service, scene.at, {
      session: scene.session,
      subtotalMinor: 2000,
      taxMinor: 0,
    });
    await app.database.pool.query(`UPDATE orders SET currency = 'JPY' WHERE id = $1`, [yenId]);
    return { ...scene, yenId };
  }

  test('is never charged as one sum, whole or in part', async () => {
    const scene = await mixedTable();
    const refused = { appCode: 'CURRENCY_MISMATCH' };
    expect(await refusalOf(payTable(scene.guest, scene.session))).toMatchObject(refused);
    expect(await refusalOf(payTable(scene.guest, scene.session, { shareMinor: 1000 }))).toMatchObject(
      refused,
    );
    expect(await refusalOf(payTable(scene.guest, scene.session, { method: 'CASH' }))).toMatchObject(refused);
    const split = scene.staff.splits.create.mutate({
      tableSessionId: scene.session.sessionId,
      parts: [{ amountMinor: 2700 }, { amountMinor: 2000 }],
      idempotencyKey: newKey(),
    });
    expect(await refusalOf(split)).toMatchObject(refused);
    const { sessionId: tableSessionId } = scene.session;
    await scene.guest.splitCalculations.set.mutate({
      tableSessionId,
      type: 'EQUAL',
      idempotencyKey: newKey(),
    });
    const bySplit = payTable(scene.guest, scene.session, { bySplit: true });
    expect(await refusalOf(bySplit)).toMatchObject(refused);
    expect(intentsOfOrder(app, scene.orderId)).toEqual([]);
  });

  test('is paid order by order, each in its own', async () => {
    const scene = await mixedTable();
    expect(await payTable(scene.guest, scene.session, { orderIds: [scene.yenId] })).toMatchObject({
      currency: 'JPY',
      totalMinor: 2000,
    });
    await payAll(scene);
    expect(await refusalOf(payTable(scene.mate, scene.session, { shareMinor: 1 }))).toMatchObject({
      appCode: 'BALANCE_HELD',
    });
  });

  test('is split in the currency that is due, by the order that is', async () => {
    const scene = await mixedTable();
    const [first = '', second] = [scene.orderId, scene.yenId].sort();
    await payAll(scene, first);
    const [currency, dueMinor] = second === scene.yenId ? ['JPY', 2000] : ['USD', 2700];
    const group = await scene.staff.splits.create.mutate({
      tableSessionId: scene.session.sessionId,
      parts: [{ amountMinor: 1000 }, { amountMinor: dueMinor - 1000 }],
      idempotencyKey: newKey(),
    });
    expect(group).toMatchObject({ currency, orderId: second, totalMinor: dueMinor });
    expect(group.participants.map(({ payment }) => payment.currency)).toEqual([currency, currency]);
  });

  test('is shown in one of them: no sum has both, and a rest in the other leaves it unpaid', async () => {
    const scene = await mixedTable();
    const tableSessionId = scene.session.sessionId;
    const read = scene.guest.tableSessions;
    expect((await read.bill.query({ tableSessionId })).summary).toMatchObject({
      grandTotalMinor: 2700,
      remainingMinor: 2700,
    });
    const paid = await payTable(scene.guest, scene.session, { orderIds: [scene.yenId] });
    await payWithCard(app, paid);
    await waitForStatus(scene.guest, paid.id, 'COMPLETED');
    const status = await read.paymentStatus.query({ tableSessionId });
    expect(status).toMatchObject({ currency: 'USD', totals: { paidMinor: 0 }, byMethod: {}, byPayer: [] });
    expect(status.payments).toHaveLength(1);

    await payAll(scene);
    await syncOrder(scene, { id: scene.yenId, ...yenOrder, subtotalMinor: 2500, version: 5 });
    const { summary } = await read.bill.query({ tableSessionId });
    expect(summary).toMatchObject({ paidMinor: 2700, remainingMinor: 0, isFullyPaid: false });
    expect(await read.paymentStatus.query({ tableSessionId })).toMatchObject({ canAcceptNewPayment: true });
  });
});

test('staff figures keep sessions from before a change of currency in theirs', async () => {
  const scene = await setScene(app);
  await payAll(scene);
  await syncSession(scene, { status: 'CLOSED' });
  await toYen(scene);
  const at = { ...scene.at, currency: 'JPY' };
  const session = await seedSession(scene.service, at);
  const orderId = await seedOrder(scene.service, at, { session, subtotalMinor: 2000, taxMinor: 0 });
  await scene.staff.cash.record.mutate({ orderId, idempotencyKey: newKey() });
  const { restaurantId } = scene.at;
  const figures = await scene.staff.tableSessions.figures.query({ restaurantId });
  expect(figures.revenue).toEqual([
    { currency: 'JPY', revenueMinor: 2000 },
    { currency: 'USD', revenueMinor: 2700 },
  ]);
  expect(figures.sessionCount).toBe(2);
  const { items } = await scene.staff.tableSessions.list.query({ restaurantId });
  expect(items.map(({ currency, paidMinor }) => [currency, paidMinor])).toEqual([
    ['JPY', 2000],
    ['USD', 2700],
  ]);
});
