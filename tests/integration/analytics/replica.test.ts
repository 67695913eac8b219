import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { assertBooksBalance } from '../../support/invariants';
import { bearer, download } from '../exports/support';

/** A "replica" that refuses every write and holds figures of its own, so that what was read tells where it was read. */
let replica: TestDatabase;
let app: TestApp;
let restaurant: SeededRestaurant;
let owner: Client;

const DAY = '2026-03-10';

beforeAll(async () => {
  replica = await createTestDatabase();
  const readOnly = new URL(replica.url);
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
  app = await startTestApp({ env: { DATABASE_REPLICA_URL: readOnly.href } });
  restaurant = await seedRestaurant(await app.asService());
  owner = await app.asOwner(restaurant.ownerId);
  await replica.pool.query(
    `INSERT INTO restaurants (id, name, currency, time_zone, closing_hour, version) VALUES ($1, 'Replica', 'USD', 'America/New_York', 4, 1)`,
    [restaurant.restaurantId],
  );
  const { rows } = await replica.pool.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'metric_hours' AND data_type = 'bigint'`,
  );
  const names = rows.map(({ name }) => name);
  const values = names.map((name) => (name === 'captured_amount' ? 4200 : 1));
  await replica.pool.query(
    `INSERT INTO metric_hours (restaurant_id, business_day, currency, hour, method, ${names.join(', ')})
     VALUES ($1, $2, 'USD', 12, 'CASH', ${values.join(', ')})`,
    [restaurant.restaurantId, DAY],
  );
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
  await replica.drop();
});

it('figures come from the replica, for people whom the primary knows', async () => {
  const scope = { restaurantId: restaurant.restaurantId };
  const window = { ...scope, fromDay: DAY, toDay: DAY };
  const { currencies } = await owner.analytics.metrics.query(window);
  expect(currencies[0]?.current.grossMinor).toBe(4200);
  const { kpis } = await owner.analytics.kpis.query(window);
  expect(kpis.find(({ name }) => name === 'paymentSuccessRate')?.value).toBe(100);
  expect((await owner.analytics.realtime.query(scope)).currencies[0]?.recentTransactions).toBe(0);
  expect(await owner.analytics.alerts.query(scope)).toEqual([]);
  expect((await owner.analytics.health.query(scope)).score).toBe(100);
});

it('what is decided upon stays on the primary: payments, the recount, and what the worker keeps', async () => {
  const staff = await app.asStaff(restaurant.staffId);
  const orderId = await seedOrder(await app.asService(), restaurant);
  const { id } = await staff.cash.record.mutate({ orderId, idempotencyKey: newKey() });
  expect((await staff.payments.get.query({ paymentId: id })).status).toBe('COMPLETED');
  const admin = await app.asAdmin();
  expect(await admin.analytics.verify.query({})).toEqual({ days: 1, wrong: [] });
});

it('CSV exports are read from the replica', async () => {
  const headers = await bearer(app, 'RESTAURANT_OWNER', restaurant.ownerId);
  const { status, rows } = await download(
    `${app.url}/api/exports/payments.csv?restaurantId=${restaurant.restaurantId}`,
    headers,
  );
  expect([status, rows]).toEqual([200, []]);
});

it('without a replica they are read where they are written', async () => {
  const plain = await startTestApp({ database: app.database });
  const found = await (await plain.asOwner(restaurant.ownerId)).analytics.realtime.query({
    restaurantId: restaurant.restaurantId,
  });
  await plain.stop();
  expect(found.currencies[0]?.recentTransactions).toBe(1);
});
