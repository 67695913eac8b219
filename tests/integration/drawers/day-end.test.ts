import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { businessDayBounds, businessDayOf } from '@/domain/business-day';
import { recordCash } from '@/services/cash';
import { closeDrawer, makeZReport, openDrawer } from '@/services/drawers';
import { newKey, refusalOf, seedOrder, startTestApp, type TestApp, waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { rows, type Scene, setScene, syncOrder, syncSession } from '../payments/support';
import { adminAt, balancesOf, drawerOf } from './support';

const ZONE = 'America/New_York';
const CLOSING_HOUR = 4;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

const today = () => businessDayOf(new Date(), ZONE, CLOSING_HOUR);

const at = (moment: Date) => adminAt(app, moment);

async function takeCash(scene: Scene, moment?: Date) {
  const orderId = await seedOrder(scene.service, scene.at, {});
  const input = { orderId, idempotencyKey: newKey() };
  return moment ? recordCash(at(moment), input) : scene.staff.cash.record.mutate(input);
}

const giveBack = (scene: Scene, paymentId: string, amountMinor: number) =>
  scene.staff.refunds.create.mutate({
    paymentId,
    amountMinor,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });

test('cash across the closing hour lies in the drawer of the evening, and counts for the day on which it was paid', async () => {
  const scene = await setScene(app);
  const { restaurantId } = scene.at;
  const { end } = businessDayBounds(today(), ZONE, CLOSING_HOUR);
  const on = () => ({ restaurantId, idempotencyKey: newKey() });
  const tomorrow = businessDayOf(end, ZONE, CLOSING_HOUR);
  await openDrawer(at(new Date(end.getTime() - 60_000)), { ...on(), floatMinor: 1000 });
  await takeCash(scene, new Date(end.getTime() - 1));
  await takeCash(scene, end);
  const refused = makeZReport(at(end), { ...on(), businessDay: today() });
  await expect(refused).rejects.toMatchObject({ code: 'DRAWER_STILL_OPEN' });
  await closeDrawer(at(new Date(end.getTime() + 60_000)), { ...on(), countedMinor: 6400 });
  const evening = await makeZReport(at(end), { ...on(), businessDay: today() });
  const next = await makeZReport(at(end), { ...on(), businessDay: tomorrow });
  expect(evening.currencies).toMatchObject([{ grossMinor: 2700, cashOutsideDrawersMinor: 0 }]);
  expect(evening.drawers).toMatchObject([{ expectedMinor: 6400, differenceMinor: 0 }]);
  expect(next.currencies).toMatchObject([{ grossMinor: 2700, cashOutsideDrawersMinor: 0 }]);
  expect(next.drawers).toEqual([]);
});

test('two drawers of one day: what a later one gives back is not missing from the first', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  await drawer.open(1000);
  const payment = await takeCash(scene);
  await drawer.close(3700);
  await drawer.open(500);
  await takeCash(scene);
  await giveBack(scene, payment.id, 700);
  await drawer.close(2500);
  const { drawers, currencies } = await drawer.zReport();
  expect(drawers).toMatchObject([
    { floatMinor: 1000, cashPaymentsMinor: 2700, cashRefundsMinor: 0, differenceMinor: 0 },
    { floatMinor: 500, cashPaymentsMinor: 2700, cashRefundsMinor: 700, differenceMinor: 0 },
  ]);
  expect(currencies).toMatchObject([{ netCashMinor: 4700, cashOutsideDrawersMinor: 0 }]);
  expect(await balancesOf(app, scene.at.restaurantId)).not.toHaveProperty('CASH_DRAWER');
});

test('cash given back from a drawer that holds less is expected below zero, and what is counted is over', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  const payment = await takeCash(scene);
  await drawer.open(100);
  await giveBack(scene, payment.id, 2700);
  expect(await drawer.close(0)).toMatchObject({ expectedMinor: -2600, differenceMinor: 2600 });
  expect((await balancesOf(app, scene.at.restaurantId)).CASH_OVER_SHORT).toBe(-2600);
});

test('while cash is taken, reports number themselves without a gap, each a moment’s truth, and the last holds everything', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  const reports = await Promise.all(
    Array.from({ length: 8 }, async () => {
      await takeCash(scene);
      return drawer.zReport();
    }),
  );
  const last = await drawer.zReport();
  expect(last.currencies).toMatchObject([{ grossMinor: 8 * 2700, cashOutsideDrawersMinor: 8 * 2700 }]);
  for (const { currencies, receipts } of reports)
    expect(currencies[0]?.grossMinor).toBe(2700 * receipts.count);
  const numbers = await rows<{ number: number; replaces_number: number | null }>(
    app,
    'SELECT number, replaces_number FROM z_reports WHERE restaurant_id = $1 ORDER BY number',
    [scene.at.restaurantId],
  );
  expect(numbers.map((one) => one.number)).toEqual(numbers.map((_, i) => i + 1));
  expect(numbers.map((one) => one.replaces_number)).toEqual(numbers.map((_, i) => i || null));
});

test('a drawer closed while its Z-report is asked for: the report is refused, or has it whole', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  await drawer.open(1000);
  const [closed, ...asked] = await Promise.allSettled([
    drawer.close(1000),
    ...[1, 2, 3, 4].map(() => drawer.zReport()),
    takeCash(scene),
  ]);
  expect(closed?.status).toBe('fulfilled');
  for (const one of asked.slice(0, 4)) {
    if (one.status === 'rejected') expect(one.reason.data.appCode).toBe('DRAWER_STILL_OPEN');
    else expect(one.value).toMatchObject({ drawers: [{ status: 'CLOSED' }] });
  }
});

test('a bill made smaller after it was paid, and its credit given back: the report’s sales, tax and tips are the ledger’s', async () => {
  const scene = await setScene(app, { tipMinor: 200 });
  const { id } = await scene.staff.cash.record.mutate({ orderId: scene.orderId, idempotencyKey: newKey() });
  await syncOrder(scene, { subtotalMinor: 2000, taxMinor: 160 });
  const owed = (await drawerOf(scene).zReport()).currencies[0];
  expect(owed).toMatchObject({ netMinor: 2900, netSalesMinor: 2000, netTaxMinor: 160, netTipsMinor: 200 });
  expect(owed?.netGuestCreditMinor).toBe(540);
  await giveBack(scene, id, 540);
  await giveBack(scene, id, 333);
  const [usd] = (await drawerOf(scene).zReport()).currencies;
  const ledger = await balancesOf(app, scene.at.restaurantId, today());
  const of = (...accounts: string[]) =>
    0 - accounts.reduce((sum, account) => sum + (ledger[account] ?? 0), 0);
  expect(usd).not.toHaveProperty('netGuestCreditMinor');
  expect({
    credit: of('GUEST_CREDIT'),
    sales: usd?.netSalesMinor,
    tax: usd?.netTaxMinor,
    tips: usd?.netTipsMinor,
  }).toEqual({ credit: 0, sales: of('SALES', 'REFUNDS'), tax: of('TAX_PAYABLE'), tips: of('TIPS_PAYABLE') });
});

test('the currency stays while a drawer is open: what lies in it is counted in it', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  await scene.staff.cash.record.mutate({ orderId: scene.orderId, idempotencyKey: newKey() });
  await drawer.open(1000);
  const toYen = async () => {
    const { results } = await scene.service.platform.restaurants.sync.mutate({
      restaurants: [
        {
          id: scene.at.restaurantId,
          name: 'Chez Test',
          currency: 'JPY',
          timeZone: ZONE,
          closingHour: CLOSING_HOUR,
          members: [{ userId: scene.at.staffId, role: 'STAFF' }],
          version: 2,
        },
      ],
    });
    return results[0];
  };
  expect(await toYen()).toMatchObject({ outcome: 'REFUSED', code: 'CURRENCY_LOCKED' });
  await drawer.move('OUT', 100);
  await drawer.close(900);
  await syncSession(scene, { status: 'CLOSED' });
  expect(await toYen()).toMatchObject({ outcome: 'APPLIED' });
  expect(await drawer.open(5000)).toMatchObject({ currency: 'JPY' });
  expect(await refusalOf(drawer.zReport())).toMatchObject({ appCode: 'DRAWER_STILL_OPEN' });
});

test('a drawer opened while the currency changes is in the new one', async () => {
  const scene = await setScene(app);
  const client = await app.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`UPDATE restaurants SET currency = 'JPY' WHERE id = $1`, [scene.at.restaurantId]);
    let isOpen = false;
    const opening = drawerOf(scene)
      .open(5000)
      .finally(() => {
        isOpen = true;
      });
    await waitFor('the drawer is opened, or waits', async () => {
      const { rowCount } = await app.database.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return isOpen || (rowCount ?? 0) > 0;
    });
    await client.query('COMMIT');
    expect(await opening).toMatchObject({ currency: 'JPY', floatMinor: 5000 });
  } finally {
    client.release();
  }
});

test('a split that is called off gives the share that was paid in cash back from the drawer, once', async () => {
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  await drawer.open(1000);
  const group = await scene.staff.splits.create.mutate({
    orderId: scene.orderId,
    parts: [
      { name: 'Ann', amountMinor: 1000 },
      { name: 'Bob', amountMinor: 1700 },
    ],
    idempotencyKey: newKey(),
  });
  const participantId = group.participants[0]?.id ?? '';
  await scene.staff.splits.takeCash.mutate({ groupId: group.id, participantId, idempotencyKey: newKey() });
  expect((await drawer.current())?.expectedMinor).toBe(2000);
  const cancel = () => scene.staff.splits.cancel.mutate({ groupId: group.id, idempotencyKey: newKey() });
  await Promise.all([cancel(), cancel(), cancel()]);
  expect(await drawer.current()).toMatchObject({
    cashPaymentsMinor: 1000,
    cashRefundsMinor: 1000,
    expectedMinor: 1000,
  });
  await drawer.close(1000);
  const { currencies } = await drawer.zReport();
  expect(currencies).toMatchObject([{ grossMinor: 1000, netMinor: 0, cashOutsideDrawersMinor: 0 }]);
});

test('a drawer of more than any single amount is counted exactly', async () => {
  const most = 2_147_483_647;
  const scene = await setScene(app, {}, { currency: 'JPY' });
  const drawer = drawerOf(scene);
  await drawer.open(most);
  await drawer.move('IN', most);
  await drawer.move('IN', most);
  expect(await drawer.close(7)).toMatchObject({ expectedMinor: 3 * most, differenceMinor: 7 - 3 * most });
  expect((await drawer.zReport()).drawers).toMatchObject([{ payInsMinor: 2 * most }]);
});
