import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { createPool } from '@/db/pool';
import { healMetrics } from '@/services/analytics/heal';
import { rebuildMetrics } from '@/services/analytics/rebuild';
import { updateMetrics } from '@/services/analytics/update';
import { compareDays, repairDays } from '@/services/analytics/verify';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { countFigures } from '../../support/figures';

let app: TestApp;
let db: Db;
let service: Client;
let restaurant: SeededRestaurant;
let staff: Client;

beforeAll(async () => {
  app = await startTestApp({ env: { LIVE_POLL_MS: '10000' } });
  db = createDb(app.database.pool);
  service = await app.asService();
  restaurant = await seedRestaurant(service);
  staff = await app.asStaff(restaurant.staffId);
});
afterAll(() => app.stop());

const paid = async () =>
  staff.cash.record.mutate({ orderId: await seedOrder(service, restaurant), idempotencyKey: newKey() });
const sql = (text: string, values: unknown[] = []) => app.database.pool.query(text, values);
const grossOf = async (table: string) =>
  (await sql(`SELECT coalesce(sum(captured_amount), 0)::bigint AS gross FROM ${table}`)).rows[0].gross;
const counted = () => countFigures(app.database.pool);

it('a fact counts once, however often and from how many nodes figures are brought up to date', async () => {
  await paid();
  await Promise.all(Array.from({ length: 4 }, () => updateMetrics({ db })));
  await counted();
  await sql('UPDATE metric_cursor SET xid = 0, position = 0');
  await counted();
  expect([await grossOf('metric_hours'), await grossOf('platform_metric_hours')]).toEqual([2700, 2700]);
});

it('a cursor from before the kept live events counts everything anew', async () => {
  await sql('DELETE FROM metric_hours');
  await sql('DELETE FROM platform_metric_hours');
  await sql('UPDATE metric_cursor SET xid = 0, position = 0');
  await sql('UPDATE outbox_horizon SET xid = 1, position = 1');
  await counted();
  expect([await grossOf('metric_hours'), await grossOf('platform_metric_hours')]).toEqual([2700, 2700]);
});

it('a transaction that stays open holds its facts back, and they count once it commits', async () => {
  await counted();
  const late = createPool({
    url: app.database.url,
    max: 1,
    applicationName: 'late',
    onError: () => undefined,
  });
  const client = await late.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_current_xact_id()');
  await paid();
  await waitFor('figures are counted', () => updateMetrics({ db }));
  expect(await grossOf('metric_hours')).toBe(2700);
  await client.query('COMMIT');
  client.release();
  await late.end();
  await waitFor('the late fact is counted', async () => {
    await updateMetrics({ db });
    return (await grossOf('metric_hours')) === 5400;
  });
});

it('a wrong figure is found, named and repaired; a right one is left alone', async () => {
  await counted();
  const { rows } = await sql('SELECT business_day::text AS day FROM metric_hours LIMIT 1');
  const [{ day }] = rows;
  await sql('UPDATE metric_hours SET captured_amount = captured_amount + 1');
  const found = await compareDays({ db }, {});
  expect(found.wrong).toEqual([
    { restaurantId: restaurant.restaurantId, businessDay: day },
    { restaurantId: null, businessDay: day },
  ]);
  await repairDays({ db }, found.wrong);
  expect((await compareDays({ db }, {})).wrong).toEqual([]);
  expect(await grossOf('platform_metric_hours')).toBe(5400);
});

it('the worker finds and repairs what no event told of, and says so in the log', async () => {
  await sql('DELETE FROM metric_hours');
  const logged: unknown[] = [];
  const log = { ...app.server.app.deps.log, error: (fields: object) => void logged.push(fields) };
  const deps = { db, clock: { now: () => new Date() }, log };
  expect(await healMetrics(deps)).toBe(2);
  expect(logged).toHaveLength(1);
  expect(await healMetrics(deps)).toBe(0);
  expect(await grossOf('metric_hours')).toBe(5400);
});

it('a closing hour that changes while figures are counted, and changes back, leaves them right', async () => {
  await counted();
  const closeAt = (hour: number) =>
    sql('UPDATE restaurants SET closing_hour = $2 WHERE id = $1', [restaurant.restaurantId, hour]);
  const { rows } = await sql('SELECT closing_hour AS hour FROM restaurants WHERE id = $1', [
    restaurant.restaurantId,
  ]);
  const usual: number = rows[0].hour;
  expect(usual).toBe(4);
  // Started at three: by the usual hour of the day before.
  const { id } = await paid();
  await sql(
    `UPDATE payments p SET created_at = (timestamp '2026-03-20 03:00' AT TIME ZONE r.time_zone) FROM restaurants r WHERE r.id = p.restaurant_id AND p.id = $1`,
    [id],
  );
  for (const changed of [1, 2]) {
    await sql('INSERT INTO metric_marks (payment_id) VALUES ($1)', [id]);
    let count = 0;
    // The first transaction marks days, the second counts them: the hour is another one in one of them.
    const changing: Db = {
      ...db,
      transaction: async (work, options) => {
        const isIt = ++count === changed;
        if (isIt) await closeAt(0);
        const done = await db.transaction(work, options);
        if (isIt) await closeAt(usual);
        return done;
      },
    };
    await waitFor('figures are counted meanwhile', () => {
      count = 0;
      return updateMetrics({ db: changing });
    });
    await closeAt(usual);
    await counted();
    expect((await compareDays({ db }, {})).wrong).toEqual([]);
    const days = await sql(
      `SELECT business_day::text AS day FROM metric_hours WHERE started_count > 0 AND business_day < '2026-03-25' AND restaurant_id = $1`,
      [restaurant.restaurantId],
    );
    expect([changed, days.rows]).toEqual([changed, [{ day: '2026-03-19' }]]);
  }
});

it('a rebuild is right at every moment: readers never see a day without its figures', async () => {
  await counted();
  let isRunning = true;
  const seen: number[] = [];
  const reading = (async () => {
    while (isRunning) {
      const [{ a, b }] = (
        await sql(`SELECT (SELECT sum(captured_amount)::bigint FROM metric_hours) AS a,
          (SELECT sum(captured_amount)::bigint FROM platform_metric_hours) AS b`)
      ).rows;
      seen.push(a, b);
    }
  })();
  for (let i = 0; i < 5; i++) await rebuildMetrics({ db });
  isRunning = false;
  await reading;
  expect(new Set(seen)).toEqual(new Set([8100]));
});

it('an admin asks for the comparison; a range and a restaurant narrow it', async () => {
  const admin = await app.asAdmin();
  expect(await admin.analytics.verify.query({})).toEqual({ days: 2, wrong: [] });
  const none = { restaurantId: restaurant.restaurantId, toDay: '2020-01-01' };
  expect(await admin.analytics.verify.query(none)).toEqual({ days: 0, wrong: [] });
});
