import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { watchAlerts } from '@/services/analytics/watch-alerts';
import { waitFor } from '../support/app';
import { countFigures } from '../support/figures';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

const METRICS = [
  ...['totalRevenue', 'totalTransactions', 'successfulTransactions', 'pendingPayments', 'pendingAmount'],
  ...['failedPayments', 'averageTransactionValue', 'successRate', 'failureRate', 'refundRate'],
  ...['cardTransactions', 'cardAmount', 'digitalWalletTransactions', 'digitalWalletAmount'],
  ...['cashTransactions', 'cashAmount', 'cardPercentage', 'walletPercentage', 'cashPercentage'],
  ...['revenueGrowth', 'transactionGrowth', 'successRateChange'],
];

let world: LegacyWorld;
let db: Db;
beforeAll(async () => {
  world = await startLegacyWorld();
  db = createDb(world.app.database.pool);
  const guest = world.guest('v1');
  const start = async (paymentMethod: string) =>
    (await guest.post(`/orders/${await world.order()}/payments`, { paymentMethod })).data;
  const { id } = await world.pay(guest, await start('CREDIT_CARD'));
  await start('CREDIT_CARD');
  const staff = await world.staff('v1');
  await staff.post('/payments/cash', { orderId: await world.order() });
  const owner = await world.owner('v1');
  await owner.post(`/payments/${id}/refund`, { amount: 5, reason: 'cold soup' });
  await waitFor(
    'the refund has moved',
    async () => (await owner.get(`/payments/${id}`)).data.refundAmount === 5,
  );
  await countFigures(world.app.database.pool);
});
afterAll(() => world.app.stop());

const scope = () => ({ restaurantId: world.restaurant.restaurantId });
const today = () => ({
  startDate: new Date(Date.now() - 20 * 3_600_000).toISOString(),
  endDate: new Date().toISOString(),
});

describe.each(VERSIONS)('the figures that the screens of %s read', (version) => {
  it('metrics are flat numbers in major units', async () => {
    const owner = await world.owner(version);
    const { data } = await owner.get('/payments/metrics', { ...scope(), ...today() });
    for (const key of METRICS) expect(data[key], key).toEqual(expect.any(Number));
    expect(data).toMatchObject({
      totalRevenue: 54,
      totalTransactions: 3,
      successfulTransactions: 2,
      pendingPayments: 1,
      pendingAmount: 27,
      failedPayments: 0,
      averageTransactionValue: 27,
      successRate: 66.67,
      failureRate: 0,
      refundRate: 33.33,
      cardTransactions: 1,
      cardAmount: 27,
      cashTransactions: 1,
      cashAmount: 27,
      digitalWalletTransactions: 0,
      cardPercentage: 50,
      cashPercentage: 50,
      revenueGrowth: 100,
      // The requirements' own key, in the shape that the clients' types give it.
      paymentMethodBreakdown: [
        { method: 'CARD', count: 1, amount: 27, percentage: 50 },
        { method: 'CASH', count: 1, amount: 27, percentage: 50 },
      ],
    });
    expect(data).not.toHaveProperty('hourlyData');
    expect(data).not.toHaveProperty('dailyTrend');
  });

  it('hours, days, peak hours and best weekdays come when asked for', async () => {
    const admin = await world.admin(version);
    const asked = { ...today(), includeHourlyData: true, includeTrendData: true };
    const { data } = await admin.get('/payments/metrics', asked);
    expect(data.totalRevenue).toBe(54);
    expect(data.hourlyData).toHaveLength(24);
    expect(data.hourlyData[0]).toEqual({
      hour: 0,
      revenue: expect.any(Number),
      transactions: expect.any(Number),
    });
    const paying = data.dailyTrend.find((day: { revenue: number }) => day.revenue > 0);
    expect(paying).toEqual({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      revenue: 54,
      transactions: 2,
      successRate: 66.67,
    });
    expect(data.peakHours[0]).toEqual({ hour: expect.any(Number), transactions: expect.any(Number) });
    expect(data.topDays[0]).toEqual({
      dayOfWeek: expect.stringMatching(/day$/),
      averageRevenue: 54,
      averageTransactions: 2,
    });
  });

  it('realtime, alerts and health have every field that is read unguarded', async () => {
    const owner = await world.owner(version);
    expect((await owner.get('/payments/metrics/realtime', scope())).data).toMatchObject({
      recentTransactions: 2,
      recentRevenue: 54,
      pendingPayments: 1,
      failedPaymentsLast24h: 0,
      lastUpdate: expect.any(String),
    });
    expect((await owner.get('/payments/alerts', scope())).data).toEqual([]);
    expect((await owner.get('/payments/health', scope())).data).toMatchObject({
      status: 'HEALTHY',
      score: 100,
      lastCheck: expect.any(String),
      metrics: { pendingPayments: 1, failedPaymentsLast24h: 0, recentTransactions: 2, recentRevenue: 54 },
      alerts: { total: 0, critical: 0, high: 0, medium: 0, low: 0 },
      recommendations: [],
    });
  });

  it('a restaurant of others, a guest and a wrong date are refused', async () => {
    const owner = await world.owner(version);
    for (const path of [
      '/payments/metrics',
      '/payments/metrics/realtime',
      '/payments/alerts',
      '/payments/health',
    ]) {
      const foreign = owner.get(path, { restaurantId: 'somebody-elses' });
      expect(await refusal(foreign), path).toMatchObject({ status: 403 });
      // The clients send no guest id to any path that ends in /health.
      const status = path === '/payments/health' ? 401 : 403;
      expect(await refusal(world.guest(version).get(path)), path).toMatchObject({ status });
    }
    const wrong = owner.get('/payments/metrics', { ...scope(), startDate: 'yesterday' });
    expect(await refusal(wrong)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });
});

it('an alert is an array entry with its figure and threshold', async () => {
  const limits = {
    failureRatePercent: 1,
    pendingAgeMinutes: 0.001,
    refundRatePercent: 1,
    webhookLagSeconds: 1000,
    deadLetters: 1,
    disputeDeadlines: 1,
    reconciliationBreaks: 1,
  };
  // A minute on: what is open is far beyond the limit, however fast this machine is.
  await watchAlerts({ db, clock: { now: () => new Date(Date.now() + 60_000) } }, limits);
  const owner = await world.owner('v2');
  const { data } = await owner.get('/payments/alerts', { restaurantId: world.restaurant.restaurantId });
  expect(data).toEqual([
    expect.objectContaining({
      id: expect.any(String),
      type: 'PENDING_AGE',
      severity: 'CRITICAL',
      message: expect.stringContaining('minutes'),
      value: expect.any(Number),
      threshold: expect.any(Number),
      createdAt: expect.any(String),
    }),
  ]);
  const health = (await owner.get('/payments/health')).data;
  expect(health).toMatchObject({ status: 'WARNING', score: 70, alerts: { total: 1, critical: 1 } });
  expect(health.recommendations).toHaveLength(1);
});

it('no answer breaks a rule of the wire', () => {
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
