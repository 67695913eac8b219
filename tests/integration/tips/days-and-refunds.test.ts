import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { businessDayBounds, businessDayOf } from '@/domain/business-day';
import { recordCash } from '@/services/cash';
import { createRefund } from '@/services/refunds';
import { newKey, seedOrder, startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { adminAt, balancesOf } from '../drawers/support';
import { type Scene, setScene, syncSession } from '../payments/support';

const ZONE = 'America/New_York';
const CLOSING_HOUR = 4;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

const at = (moment: Date) => adminAt(app, moment);

const today = () => businessDayOf(new Date(), ZONE, CLOSING_HOUR);
const later = (days: number) => new Date(Date.parse(today()) + days * 86_400_000).toISOString().slice(0, 10);

/** An order of no table session, as those end within hours. */
async function served(scene: Scene, moment: Date, tipMinor: number, serverId = 'ann') {
  const orderId = await seedOrder(scene.service, scene.at, { serverId });
  return recordCash(at(moment), { orderId, tipMinor, idempotencyKey: newKey() });
}

const giveTipBack = (paymentId: string, amountMinor: number, moment = new Date()) =>
  createRefund(at(moment), {
    paymentId,
    part: 'TIP',
    amountMinor,
    reason: 'Too much',
    idempotencyKey: newKey(),
  });

async function report(scene: Scene, fromDay = today(), toDay = fromDay, rule?: 'EQUAL' | 'BY_POINTS') {
  const owner = await app.asOwner(scene.at.ownerId);
  const { restaurantId } = scene.at;
  return owner.tips.report.query({ restaurantId, fromDay, toDay, ...(rule ? { rule } : {}) });
}

test('a tip of several servers given back in parts leaves each of them with nothing', async () => {
  const scene = await setScene(app, { subtotalMinor: 2000, taxMinor: 0, serverId: 'ann' });
  const more = { session: scene.session, subtotalMinor: 1000, taxMinor: 0, serverId: 'bob' };
  await seedOrder(scene.service, scene.at, more);
  const { id } = await scene.guest.cash.request.mutate({
    tableSessionId: scene.session.sessionId,
    tipMinor: 100,
    idempotencyKey: newKey(),
  });
  await scene.staff.cash.confirm.mutate({ paymentId: id, idempotencyKey: newKey() });
  await giveTipBack(id, 50);
  await giveTipBack(id, 50);
  expect((await report(scene)).days).toMatchObject([
    {
      netMinor: 0,
      servers: [
        { serverId: 'ann', tipMinor: 0 },
        { serverId: 'bob', tipMinor: 0 },
      ],
    },
  ]);
});

test('a tip paid before the closing hour is of the evening, one paid at it of the new day', async () => {
  const scene = await setScene(app);
  const { end } = businessDayBounds(today(), ZONE, CLOSING_HOUR);
  await served(scene, new Date(end.getTime() - 1), 100);
  await served(scene, end, 7);
  const { days, totals } = await report(scene, today(), later(1));
  expect(days.map((day) => [day.businessDay, day.netMinor])).toEqual([
    [today(), 100],
    [later(1), 7],
  ]);
  expect(totals).toMatchObject([{ netMinor: 107 }]);
  expect((await report(scene)).totals).toMatchObject([{ netMinor: 100 }]);
  expect((await report(scene, later(1))).totals).toMatchObject([{ netMinor: 7 }]);
});

test('a tip that was pooled and goes back a day later is borne by that day’s pool; the shares stay what the ledger owes', async () => {
  const scene = await setScene(app);
  const owner = await app.asOwner(scene.at.ownerId);
  const setPool = (businessDay: string, members: { userId: string; points: number }[]) =>
    owner.tips.setPool.mutate({
      restaurantId: scene.at.restaurantId,
      businessDay,
      members,
      idempotencyKey: newKey(),
    });
  await setPool(today(), [
    { userId: 'ann', points: 2 },
    { userId: 'bob', points: 1 },
    { userId: 'new', points: 0 },
  ]);
  await setPool(later(1), [{ userId: 'cyd', points: 0 }]);
  const payment = await served(scene, new Date(), 1000);
  const tomorrow = businessDayBounds(later(1), ZONE, CLOSING_HOUR).start;
  await giveTipBack(payment.id, 700, tomorrow);
  const { days, totals } = await report(scene, today(), later(1), 'BY_POINTS');
  expect(days.map((day) => day.shares)).toEqual([
    [
      { userId: 'ann', shareMinor: 667 },
      { userId: 'bob', shareMinor: 333 },
      { userId: 'new', shareMinor: 0 },
    ],
    [{ userId: 'cyd', shareMinor: -700 }],
  ]);
  const owed = totals[0]?.shares.reduce((sum, share) => sum + share.shareMinor, 0);
  expect(owed).toBe(300);
  expect((await balancesOf(app, scene.at.restaurantId)).TIPS_PAYABLE).toBe(-300);
});

test('tips of two currencies on one day are pooled each by itself, and never added up', async () => {
  const scene = await setScene(app);
  await scene.staff.cash.record.mutate({ orderId: scene.orderId, tipMinor: 1000, idempotencyKey: newKey() });
  await syncSession(scene, { status: 'CLOSED' });
  const { results } = await scene.service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: scene.at.restaurantId,
        name: 'Chez Test',
        currency: 'JPY',
        timeZone: ZONE,
        closingHour: CLOSING_HOUR,
        members: [{ userId: scene.at.ownerId, role: 'OWNER' }],
        version: 2,
      },
    ],
  });
  expect(results).toMatchObject([{ outcome: 'APPLIED' }]);
  const inYen: Scene = { ...scene, at: { ...scene.at, currency: 'JPY' } };
  await served(inYen, new Date(), 100, 'bob');
  const owner = await app.asOwner(scene.at.ownerId);
  await owner.tips.setPool.mutate({
    restaurantId: scene.at.restaurantId,
    businessDay: today(),
    members: ['ann', 'bob', 'cyd'].map((userId) => ({ userId })),
    idempotencyKey: newKey(),
  });
  const { days, totals } = await report(scene, today(), today(), 'EQUAL');
  expect(days.map((day) => [day.currency, day.shares.map((share) => share.shareMinor)])).toEqual([
    ['JPY', [34, 33, 33]],
    ['USD', [334, 333, 333]],
  ]);
  expect(totals.map((total) => [total.currency, total.netMinor])).toEqual([
    ['JPY', 100],
    ['USD', 1000],
  ]);
});
