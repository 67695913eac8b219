import { setTimeout as delay } from 'node:timers/promises';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { readMetrics } from '@/services/analytics';
import { updateMetrics } from '@/services/analytics/update';
import type { ServiceContext } from '@/services/context';
import { newId } from '@/services/ids';
import { listPayments } from '@/services/payments';
import type { BenchOptions } from './bench';
import { startBenchDatabase } from './database';
import { type LifeStage, liveOnce, startLife } from './life';
import { type Figure, note, percentile, rounded } from './report';
import { RESTAURANTS, seedYear } from './seed-year';

const SIZE = 1_000_000;
/** Whole lives of payments on top, through every door: one by one for the time, side by side for the rate, all for the sizes. */
const ALONE = 200;
const TOGETHER = 800;
const LANES = 4;
const CALLS = 200;
const WARM_UP = 20;
const DATABASE = 'scale';

/**
 * One size of the database: what a payment takes in each table, and how long the statements that meet the whole table take
 * there. Two sizes make a slope: scale-doc.ts draws it on to a year of 1,000 restaurants.
 */
export async function benchScale({ rows = SIZE }: BenchOptions): Promise<Figure[]> {
  const database = await startBenchDatabase();
  try {
    const url = await database.copy(DATABASE);
    const run = (sql: string) => database.run(sql, DATABASE);
    const seededAt = performance.now();
    await seedYear(run, rows);
    const seedSec = (performance.now() - seededAt) / 1000;
    note(`${rows} payments of a year seeded in ${seedSec.toFixed(1)} s`);
    const pool = createPool({ url, max: 2, applicationName: 'bench-scale', onError: () => undefined });
    const stage = await startLife(url);
    try {
      await updateMetrics({ db: createDb(pool) });
      await run('VACUUM ANALYZE');
      const figure = (name: string, value: number, unit: string, limit: number): Figure => ({
        name,
        value: rounded(value),
        unit,
        floor: null,
        ratio: null,
        rows,
        target: `under ${limit} ${unit}`,
        ok: value < limit,
      });
      const reads = await measureReads(stage);
      const lives = await measureLives(stage, run);
      return [
        figure('page of payments, p95', reads.listMs, 'ms', 10),
        figure('page of one restaurant, p95', reads.restaurantListMs, 'ms', 10),
        figure('figures of a restaurant-month, p95', reads.metricsMs, 'ms', 20),
        figure('payments.create with simulator, one by one, p95', lives.createMs, 'ms', 50),
        {
          ...figure(
            'whole payments, four at a time, with the simulator in the same process',
            lives.perSec,
            '/s',
            0,
          ),
          target: 'told, not judged',
          ok: true,
        },
        ...Object.entries(lives.bytes).map(([table, bytes]) => ({
          ...figure(`bytes of a payment in ${table}`, bytes, 'B', 0),
          target: 'told, not judged',
          ok: true,
        })),
      ];
    } finally {
      await stage.stop();
      await pool.end();
    }
  } finally {
    await database.stop();
  }
}

async function measureReads({ server }: LifeStage) {
  const ctx: ServiceContext = {
    ...server.app.deps,
    actor: { kind: 'admin', userId: 'bench' },
    request: { id: newId(), ip: null, userAgent: null },
  };
  const restaurant = (i: number) => `rest-${i % RESTAURANTS}`;
  const createdTo = (i: number) => new Date(Date.UTC(2026, 1, 1) + ((i * 7919) % (300 * 24)) * 3_600_000);
  return {
    listMs: await p95((i) => listPayments(ctx, { createdTo: createdTo(i), limit: 50 })),
    restaurantListMs: await p95((i) =>
      listPayments(ctx, { restaurantId: restaurant(i), createdTo: createdTo(i), limit: 50 }),
    ),
    metricsMs: await p95((i) => {
      const from = `2026-${String((i % 11) + 1).padStart(2, '0')}-01`;
      return readMetrics(ctx, {
        restaurantId: restaurant(i),
        fromDay: from,
        toDay: `${from.slice(0, 8)}28`,
      });
    }),
  };
}

type Run = (sql: string) => Promise<Record<string, unknown>[]>;

async function measureLives(stage: LifeStage, run: Run) {
  for (let i = 0; i < WARM_UP; i++) await liveOnce(stage);
  await settled(run);
  const before = await sizes(run);
  const createMs: number[] = [];
  for (let i = 0; i < ALONE; i++) createMs.push((await liveOnce(stage)).createMs);
  await settled(run);
  const startedMs = performance.now();
  let left = TOGETHER;
  const lane = async () => {
    while (left-- > 0) await liveOnce(stage);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await settled(run);
  const perSec = TOGETHER / ((performance.now() - startedMs) / 1000);
  const after = await sizes(run);
  const bytes = Object.fromEntries(
    [...after]
      .map(([table, size]): [string, number] => [
        table,
        (size - (before.get(table) ?? 0)) / (ALONE + TOGETHER),
      ])
      .filter(([, perPayment]) => perPayment >= 1)
      .sort(([, a], [, b]) => b - a),
  );
  return { createMs: percentile(createMs, 95), perSec, bytes };
}

/** Every webhook has come and was applied. */
async function settled(run: Run): Promise<void> {
  for (;;) {
    const [row] = await run(
      `SELECT count(*)::int AS open FROM payments p JOIN orders o ON o.id = p.order_id
       WHERE p.status = 'PENDING' AND o.table_session_id IS NOT NULL`,
    );
    if (row?.open === 0) return;
    await delay(50);
  }
}

/** Bytes of each table with its indexes and what is stored out of line. */
async function sizes(run: Run): Promise<Map<string, number>> {
  const rows = await run(
    `SELECT relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes FROM pg_class c
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return new Map(rows.map((row) => [String(row.name), Number(row.bytes)]));
}

async function p95(call: (i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < CALLS + WARM_UP; i++) {
    const at = performance.now();
    await call(i);
    if (i >= WARM_UP) times.push(performance.now() - at);
  }
  return percentile(times, 95);
}
