import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { businessDayOf } from '@/domain/business-day';
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
import { type Scene, setScene } from '../payments/support';
import { balancesOf, drawerOf } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const today = () => businessDayOf(new Date(), 'America/New_York', 4);

async function take(
  scene: Scene,
  method: 'CARD' | 'CASH',
  bill: { subtotalMinor: number; taxMinor: number },
  tipMinor: number,
) {
  const orderId = await seedOrder(scene.service, scene.at, { session: scene.session, ...bill });
  if (method === 'CASH')
    return scene.staff.cash.record.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
  const payment = await scene.guest.payments.create.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
  await payWithCard(app, payment);
  return waitForStatus(scene.guest, payment.id, 'COMPLETED');
}
const giveBack = (scene: Scene, paymentId: string, amountMinor: number, part?: 'TIP' | 'BILL') =>
  scene.staff.refunds.create.mutate({
    paymentId,
    amountMinor,
    ...(part ? { part } : {}),
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });

describe('the Z-report of a business day', () => {
  test('has payments by method, refunds, tax, tips, drawers and the range of receipts', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const outside = await take(scene, 'CASH', { subtotalMinor: 1000, taxMinor: 100 }, 0);
    await drawer.open(5000);
    const card = await take(scene, 'CARD', { subtotalMinor: 2500, taxMinor: 200 }, 300);
    const cash = await take(scene, 'CASH', { subtotalMinor: 2000, taxMinor: 160 }, 40);
    await giveBack(scene, card.id, 300, 'TIP');
    await giveBack(scene, cash.id, 1080, 'BILL');
    await drawer.close(6100);
    const report = await drawer.zReport();
    expect(report).toMatchObject({
      number: 1,
      businessDay: today(),
      replacesNumber: null,
      receipts: { count: 3, first: outside.receiptNumber, last: cash.receiptNumber },
      madeBy: `user:${scene.at.staffId}`,
    });
    const line = { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 };
    expect(report.currencies).toEqual([
      {
        currency: 'USD',
        payments: [
          { method: 'CARD', count: 1, subtotalMinor: 2500, taxMinor: 200, tipMinor: 300, totalMinor: 3000 },
          { method: 'CASH', count: 2, subtotalMinor: 3000, taxMinor: 260, tipMinor: 40, totalMinor: 3300 },
        ],
        refunds: [
          { ...line, method: 'CARD', count: 1, tipMinor: 300, totalMinor: 300 },
          { ...line, method: 'CASH', count: 1, subtotalMinor: 1000, taxMinor: 80, totalMinor: 1080 },
        ],
        grossMinor: 6300,
        refundedMinor: 1380,
        netMinor: 4920,
        netSalesMinor: 4500,
        netTaxMinor: 380,
        netTipsMinor: 40,
        netCashMinor: 2220,
        cashOutsideDrawersMinor: 1100,
      },
    ]);
    expect(report.drawers).toMatchObject([
      {
        floatMinor: 5000,
        cashPaymentsMinor: 2200,
        cashRefundsMinor: 1080,
        expectedMinor: 6120,
        countedMinor: 6100,
        differenceMinor: -20,
      },
    ]);
  });

  test('is numbered without gaps, is the same while nothing changes, and is replaced when something does', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const yesterday = new Date(Date.parse(today()) - 86_400_000).toISOString().slice(0, 10);
    const empty = await drawer.zReport({ businessDay: yesterday });
    expect(empty).toMatchObject({
      number: 1,
      currencies: [],
      receipts: { count: 0, first: null, last: null },
      drawers: [],
    });
    const first = await drawer.zReport();
    expect(first.number).toBe(2);
    expect(await drawer.zReport()).toEqual(first);
    await take(scene, 'CASH', { subtotalMinor: 1000, taxMinor: 0 }, 0);
    const second = await drawer.zReport();
    expect(second).toMatchObject({ number: 3, replacesNumber: 2 });
    const at = await Promise.all([1, 2, 3].map(() => drawer.zReport()));
    expect(at.map((report) => report.number)).toEqual([3, 3, 3]);
    const page = await drawer.zReports({ limit: 2 });
    expect(page.items.map((report) => report.number)).toEqual([3, 2]);
    const rest = await drawer.zReports({ limit: 2, cursor: page.nextCursor });
    expect(rest).toEqual({ items: [empty], nextCursor: null });
  });

  test('is refused while a drawer of the day is open, and of a day to come', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    await drawer.open(100);
    expect(await refusalOf(drawer.zReport())).toMatchObject({
      code: 'CONFLICT',
      appCode: 'DRAWER_STILL_OPEN',
    });
    await drawer.close(100);
    expect(await drawer.zReport()).toMatchObject({ number: 1 });
    expect(await refusalOf(drawer.zReport({ businessDay: '2999-01-01' }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
    expect(await refusalOf(drawer.zReport({ businessDay: '2026-02-30' }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  });

  test('is made once per key', async () => {
    const scene = await setScene(app);
    const drawer = drawerOf(scene);
    const idempotencyKey = newKey();
    const first = await drawer.zReport({ idempotencyKey });
    await take(scene, 'CASH', { subtotalMinor: 1000, taxMinor: 0 }, 0);
    expect(await drawer.zReport({ idempotencyKey })).toEqual(first);
  });
});

test('whatever a day brings, its Z-report equals a recount from the ledger', async () => {
  const random = seeded(20261123);
  const pick = (max: number) => Math.floor(random() * max);
  const scene = await setScene(app);
  const drawer = drawerOf(scene);
  const paid: { id: string; totalMinor: number }[] = [];
  for (let step = 0; step < 40; step++) {
    const choice = pick(7);
    const open = await drawer.current();
    const known = paid[pick(paid.length)];
    if (choice === 0 && !open) await drawer.open(pick(20_000));
    else if (choice === 1 && open) await drawer.close(Math.max(0, open.expectedMinor + pick(200) - 100));
    else if (choice === 2 && open) await drawer.move(pick(2) === 0 ? 'IN' : 'OUT', 1 + pick(5000));
    else if (choice === 3 && known)
      await giveBack(scene, known.id, 1 + pick(known.totalMinor)).catch(() => undefined);
    else {
      const bill = { subtotalMinor: 100 + pick(9000), taxMinor: pick(900) };
      paid.push(await take(scene, pick(3) === 0 ? 'CARD' : 'CASH', bill, pick(3) * pick(500)));
    }
  }
  const last = await drawer.current();
  if (last) await drawer.close(last.expectedMinor);
  const { currencies, drawers, receipts } = await drawer.zReport();
  const [usd] = currencies;
  const ledger = await balancesOf(app, scene.at.restaurantId, today());
  const of = (...accounts: string[]) => accounts.reduce((sum, account) => sum + (ledger[account] ?? 0), 0);
  expect(usd?.netSalesMinor).toBe(0 - of('SALES', 'REFUNDS'));
  expect(usd?.netTaxMinor).toBe(0 - of('TAX_PAYABLE'));
  expect(usd?.netTipsMinor).toBe(0 - of('TIPS_PAYABLE'));
  expect((usd?.netMinor ?? 0) - (usd?.netCashMinor ?? 0)).toBe(of('PROCESSOR_CLEARING'));
  // Every drawer is closed: what is left in their account went through none.
  expect(of('CASH_DRAWER')).toBe(usd?.cashOutsideDrawersMinor);
  const sum = (key: 'cashPaymentsMinor' | 'cashRefundsMinor' | 'differenceMinor') =>
    drawers.reduce((total, d) => total + (d[key] ?? 0), 0);
  expect(sum('cashPaymentsMinor') - sum('cashRefundsMinor') + (usd?.cashOutsideDrawersMinor ?? 0)).toBe(
    usd?.netCashMinor,
  );
  expect(sum('differenceMinor')).toBe(0 - of('CASH_OVER_SHORT'));
  expect(receipts.count).toBe(paid.length);
});

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
