import { encodeCursor } from '@/db/cursor';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { createLogger } from '@/observability/logger';
import { createApp } from '@/server/app';
import { readMetrics } from '@/services/analytics';
import { updateMetrics } from '@/services/analytics/update';
import { compareDays } from '@/services/analytics/verify';
import type { ServiceContext } from '@/services/context';
import { newId } from '@/services/ids';
import { listPayments } from '@/services/payments';
import type { BenchOptions } from './bench';
import { type BenchDatabase, startBenchDatabase } from './database';
import { type Figure, note, percentile, rounded } from './report';
import { RESTAURANTS, seedYear } from './seed-year';

const SIZE = 1_000_000;
const CALLS = 400;
const PAGES = 200;
const WARM_UP = 20;

/** Figures of a month and pages of payments, at 100,000 and at 1,000,000 payments of a year in 100 restaurants. */
export async function benchMetrics({ rows = SIZE }: BenchOptions): Promise<Figure[]> {
  const database = await startBenchDatabase();
  try {
    const small = await measure(database, 'bench_small', rows / 10);
    const large = await measure(database, 'bench_large', rows);
    const scope = (name: string, key: 'restaurantMs' | 'platformMs'): Figure[] => [
      figure(`metrics of ${name}, p95 at ${rows} payments`, large[key], 'ms', 'under 20 ms', large[key] < 20),
      {
        ...figure(
          `the same, ratio to ${rows / 10} payments`,
          large[key] / small[key],
          'x',
          'at most 1.5',
          large[key] / small[key] <= 1.5,
        ),
      },
    ];
    return [
      ...scope('one restaurant-month', 'restaurantMs'),
      ...scope('a month of the whole platform', 'platformMs'),
      ...Object.entries(large.listMs).map(([filter, ms]) =>
        figure(
          `page of payments by ${filter}, p95 at any depth of ${rows}`,
          ms,
          'ms',
          'under 10 ms',
          ms < 10,
        ),
      ),
    ];
  } finally {
    await database.stop();
  }
}

interface Measured {
  restaurantMs: number;
  platformMs: number;
  listMs: Record<string, number>;
}

async function measure(database: BenchDatabase, name: string, rows: number): Promise<Measured> {
  const url = await database.copy(name);
  const seededAt = performance.now();
  await seedYear((sql) => database.run(sql, name), rows);
  note(`${rows} payments of a year seeded in ${seconds(seededAt)} s`);
  const pool = createPool({ url, max: 2, applicationName: 'bench-metrics', onError: () => undefined });
  const app = await createApp(loadEnv({ NODE_ENV: 'test', DATABASE_URL: url, LOG_LEVEL: 'silent' }), {
    databaseUrl: url,
    log: createLogger({ level: 'silent', secrets: [] }),
  });
  try {
    const db = createDb(pool);
    const countedAt = performance.now();
    await updateMetrics({ db });
    note(`all figures counted from nothing in ${seconds(countedAt)} s`);
    const verifiedAt = performance.now();
    const { days, wrong } = await compareDays({ db }, {});
    if (wrong.length > 0) throw new Error(`${wrong.length} days differ from a recount`);
    note(`${days} business days verified in ${seconds(verifiedAt)} s`);
    await pool.query('VACUUM ANALYZE');
    // As minutes later: what bulk loading left to be written is no reader's work.
    await pool.query('CHECKPOINT');
    const admin: ServiceContext = {
      ...app.deps,
      actor: { kind: 'admin', userId: 'bench' },
      request: { id: newId(), ip: null, userAgent: null },
    };
    const month = (i: number) => {
      const from = `2026-${String((i % 11) + 1).padStart(2, '0')}-01`;
      return { fromDay: from, toDay: `${from.slice(0, 8)}28` };
    };
    const restaurantMs = await p95(CALLS, (i) =>
      readMetrics(admin, { restaurantId: `rest-${i % RESTAURANTS}`, ...month(i) }),
    );
    const platformMs = await p95(CALLS, (i) => readMetrics(admin, month(i)));
    note(`metrics p95: restaurant ${rounded(restaurantMs)} ms, platform ${rounded(platformMs)} ms`);
    return { restaurantMs, platformMs, listMs: await measureLists(admin, pool, rows) };
  } finally {
    await app.close();
    await pool.end();
  }
}

type Sample = {
  id: string;
  restaurant: string;
  receipt: string | null;
  order: string;
  at: Date;
  total: number;
};

/** Every filter of the list, each page from a random depth. */
async function measureLists(
  ctx: ServiceContext,
  pool: ReturnType<typeof createPool>,
  rows: number,
): Promise<Record<string, number>> {
  const { rows: samples } = await pool.query<Sample>(
    `SELECT p.id, p.restaurant_id AS restaurant, p.receipt_number AS receipt, o.order_number AS order, p.created_at AS at,
       p.total_amount AS total
     FROM payments p TABLESAMPLE SYSTEM (${Math.min(100, 1_000_000 / rows)}) REPEATABLE (1) JOIN orders o ON o.id = p.order_id ORDER BY random() LIMIT ${PAGES + WARM_UP}`,
  );
  const sampleAt = (i: number): Sample => {
    const sample = samples[i % samples.length];
    if (!sample) throw new Error('no payments seeded');
    return sample;
  };
  const DAY_MS = 86_400_000;
  const filters: Record<string, (s: Sample) => Parameters<typeof listPayments>[1]> = {
    nothing: () => ({}),
    restaurant: (s) => ({ restaurantId: s.restaurant }),
    state: () => ({ status: ['COMPLETED'] }),
    'rare state': () => ({ status: ['FAILED'] }),
    'restaurant and rare state': (s) => ({ restaurantId: s.restaurant, status: ['PARTIALLY_REFUNDED'] }),
    method: () => ({ method: ['CASH'] }),
    'restaurant and method': (s) => ({ restaurantId: s.restaurant, method: ['DIGITAL_WALLET'] }),
    'date range': (s) => ({
      createdFrom: new Date(s.at.getTime() - DAY_MS),
      createdTo: new Date(s.at.getTime() + DAY_MS),
    }),
    'a month': (s) => ({ createdFrom: new Date(s.at.getTime() - 30 * DAY_MS), createdTo: s.at }),
    'restaurant and date range': (s) => ({
      restaurantId: s.restaurant,
      createdFrom: new Date(s.at.getTime() - 7 * DAY_MS),
      createdTo: new Date(s.at.getTime() + 7 * DAY_MS),
    }),
    'amount range': (s) => ({ totalFromMinor: s.total - 10, totalToMinor: s.total + 10 }),
    'rare amounts': () => ({ totalFromMinor: 9_990, totalToMinor: 10_000 }),
    'restaurant and amount range': (s) => ({
      restaurantId: s.restaurant,
      totalFromMinor: s.total,
      totalToMinor: s.total,
    }),
    'prefix of id': (s) => ({ search: s.id.slice(0, 13) }),
    'short prefix of id': (s) => ({ search: s.id.slice(0, 6) }),
    'short prefix of receipt': (s) => ({ search: (s.receipt ?? '20260601').slice(0, 6) }),
    'short prefix of order number': (s) => ({ search: s.order.slice(0, 2) }),
    'prefix of receipt': (s) => ({ search: s.receipt ?? '20260601-00' }),
    'prefix of order number': (s) => ({ search: s.order.slice(0, 6) }),
    'restaurant and prefix of receipt': (s) => ({
      restaurantId: s.restaurant,
      search: (s.receipt ?? '20260601-0').slice(0, 8),
    }),
  };
  const found: Record<string, number> = {};
  for (const [name, filter] of Object.entries(filters)) {
    found[name] = await p95(PAGES, (i) => {
      const at = sampleAt(i);
      const narrowed = filter(at);
      // Of searches half from the beginning, as people do; everything else from a random depth, behind a payment that is found.
      const way = ['id', 'receipt', 'order number'].findIndex((one) => name.endsWith(`prefix of ${one}`));
      const last = way === -1 ? [sampleAt(i * 7).id] : [at.id, way];
      const cursor = way !== -1 && i % 2 === 0 ? {} : { cursor: encodeCursor(last) };
      return listPayments(ctx, { ...narrowed, ...cursor, limit: 50 });
    });
    note(`page by ${name}: p95 ${rounded(found[name])} ms`);
  }
  return found;
}

async function p95(calls: number, call: (i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls + WARM_UP; i++) {
    const at = performance.now();
    await call(i);
    if (i >= WARM_UP) times.push(performance.now() - at);
  }
  return percentile(times, 95);
}

function figure(name: string, value: number, unit: string, target: string, ok: boolean): Figure {
  return { name, value: rounded(value), unit, floor: null, ratio: null, target, ok };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
