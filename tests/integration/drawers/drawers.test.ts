import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, refusalOf, seedOrder, startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { rows, type Scene, setScene } from '../payments/support';
import { balancesOf, drawerOf } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

async function takeCash(scene: Scene, tipMinor = 0) {
  const orderId = await seedOrder(scene.service, scene.at, { session: scene.session });
  return scene.staff.cash.record.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
}
const giveBack = (scene: Scene, paymentId: string, amountMinor: number) =>
  scene.staff.refunds.create.mutate({
    paymentId,
    amountMinor,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });

describe('a drawer from its float to its count', () => {
  test('knows what should lie in it: float, cash taken and given back, put in and taken out', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    expect(await drawer.current()).toBeNull();
    expect(await drawer.open(10_000)).toMatchObject({
      status: 'OPEN',
      floatMinor: 10_000,
      expectedMinor: 10_000,
    });
    const payment = await takeCash(scene, 300);
    await giveBack(scene, payment.id, 500);
    await drawer.move('IN', 2000);
    await drawer.move('OUT', 700);
    const now = await drawer.current();
    expect(now).toMatchObject({
      cashPaymentsMinor: 3000,
      cashRefundsMinor: 500,
      payInsMinor: 2000,
      payOutsMinor: 700,
      expectedMinor: 13_800,
      countedMinor: null,
      openedBy: `user:${scene.at.staffId}`,
    });
    expect(now?.movements).toMatchObject([
      { kind: 'PAY_IN', amountMinor: 2000, reason: 'Lemons' },
      { kind: 'PAY_OUT', amountMinor: 700, reason: 'Lemons' },
    ]);
    expect((await balancesOf(app, scene.at.restaurantId)).CASH_DRAWER).toBe(13_800);
  });

  test.each([
    ['short', -50],
    ['right', 0],
    ['over', 120],
  ])('counted %s: the difference is posted, the drawer’s account is empty', async (_how, differenceMinor) => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    await drawer.open(5000);
    await takeCash(scene);
    const closed = await drawer.close(7700 + differenceMinor);
    expect(closed).toMatchObject({
      status: 'CLOSED',
      expectedMinor: 7700,
      countedMinor: 7700 + differenceMinor,
      differenceMinor,
      closedBy: `user:${scene.at.staffId}`,
    });
    expect(await drawer.current()).toBeNull();
    const balances = await balancesOf(app, scene.at.restaurantId);
    expect(balances.CASH_DRAWER ?? 0).toBe(0);
    expect(balances.CASH_SAFE).toBe(2700 + differenceMinor);
    expect(balances.CASH_OVER_SHORT ?? 0).toBe(0 - differenceMinor);
  });

  test('a payment that a guest asked for and staff confirmed lies in it too; card payments and earlier cash do not', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const before = await takeCash(scene);
    await drawer.open(0);
    const { id } = await scene.guest.cash.request.mutate({
      orderId: scene.orderId,
      idempotencyKey: newKey(),
    });
    expect((await drawer.current())?.expectedMinor).toBe(0);
    await scene.staff.cash.confirm.mutate({ paymentId: id, idempotencyKey: newKey() });
    await scene.staff.cash.confirm.mutate({ paymentId: id, idempotencyKey: newKey() });
    expect((await drawer.current())?.expectedMinor).toBe(2700);
    await giveBack(scene, before.id, 100);
    expect(await drawer.current()).toMatchObject({ cashRefundsMinor: 100, expectedMinor: 2600 });
  });

  test('every step is in the audit with its actor, ids and amounts only', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const { id } = await drawer.open(100);
    await drawer.move('OUT', 30);
    await drawer.close(70);
    expect(
      await rows(
        app,
        'SELECT action, actor, details FROM audit_log WHERE subject_id = $1 ORDER BY created_at, id',
        [id],
      ),
    ).toEqual([
      { action: 'drawer.opened', actor: `user:${scene.at.staffId}`, details: { floatMinor: 100 } },
      { action: 'drawer.moved', actor: `user:${scene.at.staffId}`, details: { amountMinor: -30 } },
      {
        action: 'drawer.closed',
        actor: `user:${scene.at.staffId}`,
        details: { expectedMinor: 70, countedMinor: 70, differenceMinor: 0 },
      },
    ]);
  });

  test('drawers are listed newest first, page by page', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const ids: string[] = [];
    for (const floatMinor of [1, 2, 3]) {
      ids.unshift((await drawer.open(floatMinor)).id);
      await drawer.close(floatMinor);
    }
    const first = await drawer.list({ limit: 2 });
    const second = await drawer.list({ limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map((d) => d.id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});

describe('a drawer refuses', () => {
  test('a second one beside it, and everything while none is open', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    for (const call of [() => drawer.move('IN', 1), () => drawer.close(0)]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'CONFLICT', appCode: 'DRAWER_NOT_OPEN' });
    }
    await drawer.open(100);
    expect(await refusalOf(drawer.open(100))).toMatchObject({
      code: 'CONFLICT',
      appCode: 'DRAWER_ALREADY_OPEN',
    });
    await drawer.close(100);
    expect(await refusalOf(drawer.close(100))).toMatchObject({ appCode: 'DRAWER_NOT_OPEN' });
  });

  test('to open twice at once: eight try, one does', async () => {
    const scene = await setScene(app);
    const ends = await Promise.allSettled(Array.from({ length: 8 }, () => drawerOf(scene).open(100)));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    expect((await balancesOf(app, scene.at.restaurantId)).CASH_DRAWER).toBe(100);
  });

  test('to do anything twice under one key', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const [opened, moved, closed] = [newKey(), newKey(), newKey()];
    const first = await drawer.open(100, { idempotencyKey: opened });
    expect((await drawer.open(100, { idempotencyKey: opened })).id).toBe(first.id);
    await Promise.all([1, 2, 3].map(() => drawer.move('IN', 50, { idempotencyKey: moved })));
    const done = await drawer.close(150, { idempotencyKey: closed });
    expect(done).toMatchObject({ expectedMinor: 150, differenceMinor: 0 });
    expect(await drawer.close(150, { idempotencyKey: closed })).toEqual(done);
    expect(await refusalOf(drawer.close(151, { idempotencyKey: closed }))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('strangers, and figures that make no sense', async () => {
    const scene = await setScene(app);
    const other = await setScene(app);
    const foreign = { restaurantId: scene.at.restaurantId };
    for (const call of [
      () => drawerOf(other).open(1, foreign),
      () => drawerOf(other).move('IN', 1, foreign),
      () => drawerOf(other).close(1, foreign),
      () => drawerOf(other).zReport(foreign),
      () => other.staff.cash.drawer.current.query(foreign),
      () => drawerOf(other).list(foreign),
      () => drawerOf(other).zReports(foreign),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'NOT_FOUND' });
    }
    const mine = drawerOf(scene);
    for (const call of [() => mine.open(-1), () => mine.open(0.5), () => mine.move('OUT', 0)]) {
      expect(await refusalOf(call())).toMatchObject({ appCode: 'INVALID_INPUT' });
    }
    expect(await refusalOf(drawerOf(scene).list({ cursor: 'nonsense' }))).toMatchObject({
      appCode: 'CURSOR_INVALID',
    });
  });
});

test('cash taken and given back while the drawer is closed and opened again: none is counted twice or lost', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  await drawer.open(1000);
  const taken = await Promise.all([1, 2, 3].map(() => takeCash(scene)));
  await Promise.all([
    ...taken.map((payment) => giveBack(scene, payment.id, 100)),
    ...[1, 2, 3, 4, 5].map(() => takeCash(scene)),
    drawer.close(9100).then(() => drawer.open(500)),
    drawer.move('IN', 10).catch(() => undefined),
  ]);
  const { items } = await drawer.list();
  const outside = await rows<{ amount: number }>(
    app,
    `SELECT coalesce(sum(total_amount), 0)::int AS amount FROM payments p WHERE restaurant_id = $1 AND status <> 'PENDING'
       AND NOT EXISTS (SELECT 1 FROM drawer_movements m WHERE m.payment_id = p.id AND m.kind = 'CASH_PAYMENT')`,
    [scene.at.restaurantId],
  );
  const inDrawers = items.reduce((sum, d) => sum + d.cashPaymentsMinor, 0);
  expect(inDrawers + (outside[0]?.amount ?? 0)).toBe(8 * 2700);
  for (const d of items.filter((d) => d.status === 'CLOSED')) {
    expect(d.differenceMinor).toBe((d.countedMinor ?? 0) - d.expectedMinor);
  }
});
