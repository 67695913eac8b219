import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { businessDayOf } from '@/domain/business-day';
import type { ServiceContext } from '@/services/context';
import { createRefund } from '@/services/refunds';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { balancesOf } from '../drawers/support';
import { rows, type Scene, setScene, syncOrder } from '../payments/support';

const DAY_MS = 86_400_000;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const dayAt = (daysLater = 0) =>
  businessDayOf(new Date(Date.now() + daysLater * DAY_MS), 'America/New_York', 4);

/** An order served by somebody, paid in cash with a tip beside the order's own. */
async function served(scene: Scene, serverId: string | undefined, tipMinor: number, orderTipMinor = 0) {
  const orderId = await seedOrder(scene.service, scene.at, {
    session: scene.session,
    tipMinor: orderTipMinor,
    ...(serverId === undefined ? {} : { serverId }),
  });
  return scene.staff.cash.record.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
}

type ReportInput = Partial<Parameters<Client['tips']['report']['query']>[0]>;
async function report(scene: Scene, more: ReportInput = {}) {
  const owner = await app.asOwner(scene.at.ownerId);
  return owner.tips.report.query({
    restaurantId: scene.at.restaurantId,
    fromDay: dayAt(),
    toDay: dayAt(),
    ...more,
  });
}
async function setPool(
  scene: Scene,
  members: { userId: string; minutesWorked?: number; points?: number }[],
  more = {},
) {
  const owner = await app.asOwner(scene.at.ownerId);
  return owner.tips.setPool.mutate({
    restaurantId: scene.at.restaurantId,
    businessDay: dayAt(),
    members,
    idempotencyKey: newKey(),
    ...more,
  });
}

describe('the tips of a day', () => {
  test('by who served: the payer’s and the order’s own, by card and in cash; nobody’s last', async () => {
    const scene = await setScene(app);
    await served(scene, 'ann', 300, 100);
    await served(scene, 'bob', 50);
    await served(scene, undefined, 7);
    const orderId = await seedOrder(scene.service, scene.at, { session: scene.session, serverId: 'ann' });
    const card = await scene.guest.payments.create.mutate({
      orderId,
      tipMinor: 600,
      idempotencyKey: newKey(),
    });
    await payWithCard(app, card);
    await waitForStatus(scene.guest, card.id, 'COMPLETED');
    const servers = [
      { serverId: 'ann', tipMinor: 1000 },
      { serverId: 'bob', tipMinor: 50 },
      { serverId: null, tipMinor: 7 },
    ];
    const sums = { currency: 'USD', collectedMinor: 1057, refundedMinor: 0, netMinor: 1057, servers };
    const shares = servers.map(({ serverId, tipMinor }) => ({ userId: serverId, shareMinor: tipMinor }));
    expect(await report(scene)).toEqual({
      restaurantId: scene.at.restaurantId,
      fromDay: dayAt(),
      toDay: dayAt(),
      rule: 'NONE',
      days: [{ ...sums, businessDay: dayAt(), shares }],
      totals: [{ ...sums, shares }],
      pools: [],
    });
    expect((await balancesOf(app, scene.at.restaurantId)).TIPS_PAYABLE).toBe(-1057);
  });

  test.each([
    {
      rule: 'in proportion to what it pays of each',
      ann: { subtotalMinor: 2000 },
      addedMinor: 100,
      tips: { ann: 67, bob: 33 },
    },
    {
      // 13.00 and 10.00 are covered.
      rule: 'an order’s own tip is its server’s, in what is added by parts as well',
      ann: { subtotalMinor: 1000, tipMinor: 300 },
      addedMinor: 115,
      tips: { ann: 300 + 65, bob: 50 },
    },
  ])('of one payment over orders of several servers: $rule', async ({ ann, addedMinor, tips }) => {
    const scene = await setScene(app, { ...ann, taxMinor: 0, serverId: 'ann' });
    await seedOrder(scene.service, scene.at, {
      session: scene.session,
      subtotalMinor: 1000,
      taxMinor: 0,
      serverId: 'bob',
    });
    const { id } = await scene.guest.cash.request.mutate({
      tableSessionId: scene.session.sessionId,
      tipMinor: addedMinor,
      idempotencyKey: newKey(),
    });
    await scene.staff.cash.confirm.mutate({ paymentId: id, idempotencyKey: newKey() });
    expect((await report(scene)).days[0]?.servers).toEqual([
      { serverId: 'ann', tipMinor: tips.ann },
      { serverId: 'bob', tipMinor: tips.bob },
    ]);
  });

  test('given back counts on its own day, against who served', async () => {
    const scene = await setScene(app);
    const payment = await served(scene, 'ann', 500);
    await createRefund(laterBy(1), {
      paymentId: payment.id,
      part: 'TIP',
      amountMinor: 200,
      reason: 'Too much',
      idempotencyKey: newKey(),
    });
    const { days, totals } = await report(scene, { toDay: dayAt(1) });
    expect(days).toMatchObject([
      { businessDay: dayAt(), collectedMinor: 500, refundedMinor: 0, netMinor: 500 },
      {
        businessDay: dayAt(1),
        collectedMinor: 0,
        refundedMinor: 200,
        servers: [{ serverId: 'ann', tipMinor: -200 }],
      },
    ]);
    expect(totals).toMatchObject([{ netMinor: 300, servers: [{ serverId: 'ann', tipMinor: 300 }] }]);
    expect((await report(scene)).totals).toMatchObject([{ netMinor: 500 }]);
  });

  test('given back in vain, as the refund failed later, leaves the day as it was', async () => {
    const scene = await setScene(app, { serverId: 'ann' });
    const payment = await scene.guest.payments.create.mutate({
      orderId: scene.orderId,
      tipMinor: 500,
      idempotencyKey: newKey(),
    });
    await payWithCard(app, payment, 'pm_card_refundFail');
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    await scene.staff.refunds.create.mutate({
      paymentId: payment.id,
      part: 'TIP',
      reason: 'Too much',
      idempotencyKey: newKey(),
    });
    await waitFor('the refund fails', async () => {
      const { items } = await scene.staff.refunds.list.query({ paymentId: payment.id });
      return items[0]?.status === 'FAILED';
    });
    expect((await report(scene)).days).toMatchObject([
      { collectedMinor: 500, refundedMinor: 0, servers: [{ serverId: 'ann', tipMinor: 500 }] },
    ]);
  });

  test('of an order that is cancelled after it was paid is owed to the guest, not to who served', async () => {
    const scene = await setScene(app, { tipMinor: 300, serverId: 'ann' });
    await scene.staff.cash.record.mutate({ orderId: scene.orderId, idempotencyKey: newKey() });
    await syncOrder(scene, { status: 'CANCELLED', serverId: 'ann' });
    expect((await report(scene)).days).toMatchObject([
      { collectedMinor: 300, refundedMinor: 300, netMinor: 0, servers: [{ serverId: 'ann', tipMinor: 0 }] },
    ]);
  });

  /** As if an admin asked days later. */
  function laterBy(days: number): ServiceContext {
    const { deps } = app.server.app;
    const now = () => new Date(Date.now() + days * DAY_MS);
    return {
      ...deps,
      clock: { ...deps.clock, now },
      actor: { kind: 'admin', userId: 'admin-1' },
      request: { id: newKey(), ip: null, userAgent: null },
    };
  }
});

describe('a pool', () => {
  test('shares by the restaurant’s rule, or another one for this report; the sum is exact', async () => {
    const scene = await setScene(app);
    await served(scene, 'ann', 1000);
    await served(scene, 'bob', 1);
    const owner = await app.asOwner(scene.at.ownerId);
    await owner.settings.change.mutate({
      restaurantId: scene.at.restaurantId,
      tipPoolRule: 'BY_HOURS',
      idempotencyKey: newKey(),
    });
    await setPool(scene, [
      { userId: 'ann', minutesWorked: 480, points: 1 },
      { userId: 'bob', minutesWorked: 240, points: 1 },
      { userId: 'kitchen', minutesWorked: 240, points: 8 },
    ]);
    const shares = async (rule?: 'EQUAL' | 'BY_POINTS') =>
      (await report(scene, rule ? { rule } : {})).days[0]?.shares.map((s) => [s.userId, s.shareMinor]);
    expect(await shares()).toEqual([
      ['ann', 501],
      ['bob', 250],
      ['kitchen', 250],
    ]);
    expect(await shares('BY_POINTS')).toEqual([
      ['ann', 100],
      ['bob', 100],
      ['kitchen', 801],
    ]);
    expect(await shares('EQUAL')).toEqual([
      ['ann', 334],
      ['bob', 334],
      ['kitchen', 333],
    ]);
  });

  test('is replaced as a whole, once per key, with an audit of who said so', async () => {
    const scene = await setScene(app);
    const key = newKey();
    await setPool(scene, [{ userId: 'ann', points: 1 }, { userId: 'bob' }], { idempotencyKey: key });
    expect(await setPool(scene, [{ userId: 'cyd', minutesWorked: 60 }])).toEqual({
      businessDay: dayAt(),
      members: [{ userId: 'cyd', minutesWorked: 60, points: 0 }],
    });
    const again = await setPool(scene, [{ userId: 'ann', points: 1 }, { userId: 'bob' }], {
      idempotencyKey: key,
    });
    expect(again.members.map((m) => m.userId)).toEqual(['cyd']);
    expect((await report(scene)).pools).toEqual([
      { businessDay: dayAt(), members: [{ userId: 'cyd', minutesWorked: 60, points: 0 }] },
    ]);
    expect(
      await rows(app, `SELECT actor FROM audit_log WHERE action = 'tips.pool_set' AND restaurant_id = $1`, [
        scene.at.restaurantId,
      ]),
    ).toEqual([{ actor: `user:${scene.at.ownerId}` }, { actor: `user:${scene.at.ownerId}` }]);
    expect((await setPool(scene, [])).members).toEqual([]);
  });
});

test('staff, strangers and guests are refused, and periods that make no sense', async () => {
  const scene = await setScene(app);
  const { restaurantId } = scene.at;
  const day = { restaurantId, fromDay: dayAt(), toDay: dayAt() };
  const pool = { restaurantId, businessDay: dayAt(), members: [], idempotencyKey: newKey() };
  const other = await setScene(app);
  for (const [client, code] of [
    [scene.staff, 'FORBIDDEN'],
    [await app.asOwner(other.at.ownerId), 'NOT_FOUND'],
    [scene.guest, 'NOT_FOUND'],
    [app.anonymous(), 'UNAUTHORIZED'],
  ] as const) {
    expect(await refusalOf(client.tips.report.query(day))).toMatchObject({ code });
    expect(await refusalOf(client.tips.setPool.mutate(pool))).toMatchObject({ code });
  }
  for (const wrong of [
    { fromDay: dayAt(1) },
    { fromDay: '2026-01-01', toDay: '2026-12-31' },
    { fromDay: 'yesterday' },
    { rule: 'BY_LOOKS' as 'EQUAL' },
  ]) {
    expect(await refusalOf(report(scene, wrong))).toMatchObject({ appCode: 'INVALID_INPUT' });
  }
  expect(await refusalOf(setPool(scene, [{ userId: 'ann' }, { userId: 'ann' }]))).toMatchObject({
    appCode: 'INVALID_INPUT',
  });
});
