import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { businessDayOf } from '@/domain/business-day';
import { addDays } from '@/domain/calendar-day';
import { compareDays } from '@/services/analytics/verify';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { countFigures } from '../../support/figures';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
let db: Db;
let service: Client;
let restaurant: SeededRestaurant;
let session: SeededSession;
let owner: Client;
let staff: Client;
let guest: Client;
let today: string;

beforeAll(async () => {
  app = await startTestApp();
  db = createDb(app.database.pool);
  service = await app.asService();
  restaurant = await seedRestaurant(service, { timeZone: 'Australia/Lord_Howe' });
  session = await seedSession(service, restaurant);
  owner = await app.asOwner(restaurant.ownerId);
  staff = await app.asStaff(restaurant.staffId);
  guest = app.asGuest(session.guests[0]);
  today = businessDayOf(new Date(), 'Australia/Lord_Howe', 4);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const order = (subtotalMinor = 2500) =>
  seedOrder(service, restaurant, { session, guestSessionId: session.guests[0], subtotalMinor });

async function byCard(tipMinor = 0, card?: string) {
  const payment = await guest.payments.create.mutate({
    orderId: await order(),
    tipMinor,
    idempotencyKey: newKey(),
  });
  await payWithCard(app, payment, card);
  return waitForStatus(guest, payment.id, card === undefined ? 'COMPLETED' : 'FAILED');
}

async function figures(client = owner) {
  const view = await client.analytics.metrics.query({
    restaurantId: restaurant.restaurantId,
    fromDay: today,
    toDay: today,
  });
  const [usd] = view.currencies;
  if (!usd) throw new Error('no figures of the own currency');
  return { ...usd, view };
}

const counted = () => countFigures(app.database.pool);

describe('figures of a day', () => {
  it('are nothing before anybody pays, and still there', async () => {
    const { current, currency, hourly, methods, growth } = await figures();
    expect(currency).toBe('USD');
    expect(current).toMatchObject({ grossMinor: 0, transactions: 0, successRatePercent: 0, averageMinor: 0 });
    expect(hourly).toHaveLength(24);
    expect(methods).toEqual([]);
    expect(growth).toEqual({ revenuePercent: null, transactionsPercent: null, successRatePoints: 0 });
  });

  it('count captures, failures, open ones, cash and refunds, each once and by its method', async () => {
    const paid = await byCard(300);
    await byCard(0, 'pm_card_chargeDeclined');
    const open = await guest.payments.create.mutate({ orderId: await order(), idempotencyKey: newKey() });
    const left = await guest.payments.create.mutate({ orderId: await order(), idempotencyKey: newKey() });
    await guest.payments.cancel.mutate({ paymentId: left.id, idempotencyKey: newKey() });
    await waitForStatus(guest, left.id, 'CANCELLED');
    await staff.cash.record.mutate({ orderId: await order(1000), idempotencyKey: newKey() });
    const refund = await owner.refunds.create.mutate({
      paymentId: paid.id,
      amountMinor: 700,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    await waitFor('the refund has moved', async () => {
      const now = await owner.refunds.get.query({ refundId: refund.id });
      return now.status === 'COMPLETED';
    });
    await counted();
    const { current, methods, hourly, daily, peakHours, topDays } = await figures(staff);
    expect(current).toMatchObject({
      grossMinor: 3000 + 1200,
      taxMinor: 400,
      tipMinor: 300,
      refundedMinor: 700,
      netMinor: 3500,
      refunds: 1,
      transactions: 5,
      successful: 2,
      averageMinor: 2100,
      pending: 1,
      pendingMinor: open.totalMinor,
      failed: 1,
      declined: 1,
      technicalFailures: 0,
      abandoned: 1,
      successRatePercent: 40,
      failureRatePercent: 20,
      refundRatePercent: 16.67,
    });
    expect(methods).toEqual([
      { method: 'CARD', transactions: 1, amountMinor: 3000, sharePercent: 50 },
      { method: 'CASH', transactions: 1, amountMinor: 1200, sharePercent: 50 },
    ]);
    expect(hourly.reduce((sum, hour) => sum + hour.revenueMinor, 0)).toBe(4200);
    expect(daily).toEqual([
      {
        businessDay: today,
        revenueMinor: 4200,
        refundedMinor: 700,
        tipMinor: 300,
        transactions: 2,
        successRatePercent: 40,
      },
    ]);
    expect(peakHours[0]?.transactions).toBeGreaterThan(0);
    expect(topDays[0]?.averageRevenueMinor).toBe(4200);
  });

  it('a wallet that is known only after the capture moves between the methods', async () => {
    const payment = await byCard();
    // The charge's own events, the later one with its fee, would name its card again.
    app.simulator.control.runScheduled();
    await app.simulator.control.waitForDeliveries();
    await app.database.pool.query(`UPDATE payments SET method = 'DIGITAL_WALLET' WHERE id = $1`, [
      payment.id,
    ]);
    await app.database.pool.query('INSERT INTO metric_marks (payment_id) VALUES ($1)', [payment.id]);
    await counted();
    const { methods } = await figures();
    expect(methods.find(({ method }) => method === 'DIGITAL_WALLET')).toMatchObject({ amountMinor: 2700 });
    expect(await compareDays({ db }, {})).toMatchObject({ wrong: [] });
  });

  it('are the platform’s too, and grow against the day before', async () => {
    const admin = await app.asAdmin();
    const before = addDays(today, -1);
    const tomorrow = await admin.analytics.metrics.query({
      fromDay: addDays(today, 1),
      toDay: addDays(today, 1),
    });
    const { current } = await figures();
    expect(tomorrow.currencies[0]).toMatchObject({
      current: { grossMinor: 0 },
      previous: { grossMinor: current.grossMinor },
      growth: { revenuePercent: -100 },
    });
    expect(tomorrow).toMatchObject({ restaurantId: null, previousFromDay: today, previousToDay: today });
    const two = await admin.analytics.metrics.query({ fromDay: before, toDay: today });
    expect(two.currencies[0]?.daily.map((day) => day.revenueMinor)).toEqual([0, current.grossMinor]);
  });

  it('currencies stand side by side, never summed', async () => {
    const elsewhere = await seedRestaurant(service, { currency: 'JPY' });
    const itsStaff = await app.asStaff(elsewhere.staffId);
    await itsStaff.cash.record.mutate({
      orderId: await seedOrder(service, elsewhere),
      idempotencyKey: newKey(),
    });
    await counted();
    const admin = await app.asAdmin();
    const { currencies } = await admin.analytics.metrics.query({
      fromDay: addDays(today, -1),
      toDay: addDays(today, 1),
    });
    expect(currencies.map(({ currency }) => currency)).toEqual(['USD', 'JPY']);
    expect(currencies[1]?.current.grossMinor).toBe(2700);
  });

  it('a changed closing hour counts every day of the restaurant anew', async () => {
    const { rows } = await app.database.pool.query('SELECT * FROM restaurants WHERE id = $1', [
      restaurant.restaurantId,
    ]);
    expect(rows).toHaveLength(1);
    await app.database.pool.query('UPDATE restaurants SET closing_hour = 0 WHERE id = $1', [
      restaurant.restaurantId,
    ]);
    await counted();
    expect(await compareDays({ db }, {})).toMatchObject({ wrong: [] });
    await app.database.pool.query('UPDATE restaurants SET closing_hour = 4 WHERE id = $1', [
      restaurant.restaurantId,
    ]);
    await counted();
    expect(await compareDays({ db }, {})).toMatchObject({ wrong: [] });
  });
});

describe('a period', () => {
  const ask = (fromDay: string, toDay: string) =>
    refusalOf(owner.analytics.metrics.query({ restaurantId: restaurant.restaurantId, fromDay, toDay }));

  it('that ends before it begins, is too long or is no date is refused', async () => {
    expect(await ask('2026-11-02', '2026-11-01')).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await ask('2020-01-01', '2026-11-01')).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await ask('yesterday', '2026-11-01')).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('without a restaurant is of the caller’s own', async () => {
    const { view } = await figures();
    const own = await owner.analytics.metrics.query({ fromDay: today, toDay: today });
    expect(own.restaurantId).toBe(restaurant.restaurantId);
    expect(own.currencies).toEqual(view.currencies);
    expect(await refusalOf(guest.analytics.metrics.query({ fromDay: today, toDay: today }))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('realtime and success metrics', () => {
  it('realtime shows the last hour and what is open', async () => {
    const { currencies } = await owner.analytics.realtime.query({ restaurantId: restaurant.restaurantId });
    expect(currencies[0]).toMatchObject({
      currency: 'USD',
      pendingPayments: 1,
      failedLast24h: 1,
      recentTransactions: 3,
    });
  });

  it('every success metric has a value or says why not', async () => {
    const { kpis } = await owner.analytics.kpis.query({
      restaurantId: restaurant.restaurantId,
      fromDay: today,
      toDay: today,
    });
    const of = (name: string) => kpis.find((kpi) => kpi.name === name);
    expect(of('paymentSuccessRate')?.value).toBe(50);
    expect(of('technicalSuccessRate')?.value).toBe(100);
    // The one that got a part back was paid in full, too.
    expect(of('completionRate')?.value).toBe(50);
    expect(of('revenueAccuracy')?.value).toBe(100);
    expect(of('lostPayments')).toMatchObject({ value: 0, isMet: true });
    expect(of('webhookProcessingP95')?.value).toBeGreaterThan(0);
    expect(of('customerSatisfaction')).toMatchObject({
      value: null,
      isMet: null,
      note: expect.stringContaining('survey'),
    });
  });
});
