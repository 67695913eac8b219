import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRIC_COLUMNS } from '@/db/sql/metric-facts';
import { readMetrics } from '@/services/analytics';
import { systemContext } from '@/services/system-context';
import { type SeededRestaurant, seedRestaurant, startTestApp, type TestApp } from '../../support/app';

const [BEFORE, DAY] = ['2026-05-05', '2026-05-06'];

let app: TestApp;
let restaurant: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp();
  restaurant = await seedRestaurant(await app.asService(), { timeZone: 'UTC' });
  for (const [day, hour, amount] of [
    [BEFORE, 10, 100],
    [BEFORE, 11, 3000],
    [BEFORE, 12, 50_000],
    [DAY, 10, 120],
    [DAY, 11, 7],
  ] as const)
    for (const [table, own] of [
      ['metric_hours', 'restaurant_id, '],
      ['platform_metric_hours', ''],
    ] as const)
      await app.database.pool.query(
        `INSERT INTO ${table} (${own}business_day, currency, hour, method, ${METRIC_COLUMNS.join(', ')})
         SELECT ${own && `'${restaurant.restaurantId}', `}$1, 'USD', $2, 'CARD', ${METRIC_COLUMNS.map(
           (column) => (column === 'captured_amount' ? '$3' : column.startsWith('started') ? '1' : '0'),
         ).join(', ')}`,
        [day, hour, amount],
      );
});
afterAll(() => app.stop());

async function metricsAt(time: string, restaurantId?: string) {
  const clock = { now: () => new Date(`${DAY}T${time}Z`) };
  const ctx = systemContext({ ...app.server.app.deps, clock }, 'test');
  const view = await readMetrics(ctx, { fromDay: DAY, toDay: DAY, ...(restaurantId && { restaurantId }) });
  const [usd] = view.currencies;
  if (!usd) throw new Error('no figures in US dollars');
  return { ...usd, isUnderWay: view.isUnderWay };
}

it.each(['a restaurant', 'the platform'])(
  'a day of %s that is under way grows against the day before up to the same full hour',
  async (whose) => {
    const at = (time: string) =>
      metricsAt(time, whose === 'a restaurant' ? restaurant.restaurantId : undefined);
    const early = await at('11:20:00');
    expect(early).toMatchObject({
      isUnderWay: true,
      // All that there is, the running hour too.
      current: { grossMinor: 127, transactions: 2 },
      previous: { grossMinor: 100, transactions: 1 },
      growth: { revenuePercent: 20, transactionsPercent: 0, successRatePoints: 0 },
    });
    expect(early.daily).toMatchObject([{ revenueMinor: 127 }]);
    expect((await at('12:00:00')).growth.revenuePercent).toBe(-95.9);
    // Its first hour: nothing is over yet, so there is nothing to compare.
    expect((await at('04:30:00')).growth.revenuePercent).toBeNull();
  },
);

it('a day that is over is compared whole', async () => {
  const clock = { now: () => new Date(`${DAY}T11:20:00Z`) };
  const ctx = systemContext({ ...app.server.app.deps, clock }, 'test');
  const view = await readMetrics(ctx, { fromDay: BEFORE, toDay: BEFORE });
  expect(view).toMatchObject({ isUnderWay: false, currencies: [{ current: { grossMinor: 53_100 } }] });
});
