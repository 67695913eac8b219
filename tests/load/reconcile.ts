import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { insertRun } from '@/db/sql/reconciliation';
import { newId } from '@/services/ids';
import { runDue } from '@/services/reconciliation/run';
import type { WayTotal } from '@/services/reconciliation/schemas';
import type { BenchOptions } from './bench';
import { type BenchDatabase, startBenchDatabase } from './database';
import { type Figure, note, rounded } from './report';
import { DAY, LAST_DAY, plantedOf, seedReconciliation } from './seed-reconciliation';

const SIZE = 1_000_000;
const MOST_SEC = 60;
const MOST_MIB = 512;
const MOST_RATIO = 12;

/** Every payment against its order, its ledger and its balance transaction, at 100,000 and 1,000,000 of each. */
export async function benchReconcile({ rows = SIZE }: BenchOptions): Promise<Figure[]> {
  const database = await startBenchDatabase();
  try {
    const small = await measure(database, 'reconcile_small', rows / 10);
    const large = await measure(database, 'reconcile_large', rows);
    const ratio = large.seconds / small.seconds;
    return [
      figure(
        `reconcile ${rows} payments`,
        large.seconds,
        's',
        `under ${MOST_SEC} s`,
        large.seconds < MOST_SEC,
      ),
      figure(`the same, ratio to ${rows / 10}`, ratio, 'x', `at most ${MOST_RATIO}`, ratio <= MOST_RATIO),
      figure(
        `memory of the Node process at ${rows}`,
        large.peakMib,
        'MiB',
        `under ${MOST_MIB} MiB`,
        large.peakMib < MOST_MIB,
      ),
      figure(
        `planted discrepancies found at ${rows}`,
        large.found,
        '',
        `exactly ${large.planted}`,
        large.found === large.planted,
      ),
      figure(
        `unexplained remainder at ${rows}`,
        large.remainderMinor,
        'minor units',
        'zero',
        large.remainderMinor === 0,
      ),
    ];
  } finally {
    await database.stop();
  }
}

async function measure(database: BenchDatabase, name: string, rows: number) {
  const url = await database.copy(name);
  note(`seeding ${rows} payments`);
  await seedReconciliation(database, name, rows);
  const pool = createPool({ url, max: 4, applicationName: 'bench-reconcile', onError: () => undefined });
  const db = createDb(pool);
  const now = new Date(`${LAST_DAY}T23:00:00Z`);
  // Long after the days, so that nothing is only expected.
  const asOf = new Date(now.getTime() + 30 * 86_400_000);
  const runId = newId();
  await db.query(insertRun, [runId, 'ALL', null, 'ON_DEMAND', DAY, LAST_DAY, asOf, 'bench']);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
  const begun = performance.now();
  try {
    await runDue({ db, clock: { now: () => asOf }, log, wake: () => undefined });
  } finally {
    clearInterval(watch);
  }
  const seconds = (performance.now() - begun) / 1000;
  const { rows: runs } = await pool.query<{ break_count: number; totals: WayTotal[] }>(
    'SELECT break_count, totals FROM reconciliation_runs WHERE id = $1',
    [runId],
  );
  await pool.end();
  const totals = runs[0]?.totals ?? [];
  for (const { way, currency, classes } of totals)
    note(`${rows}: ${way} ${currency} ${classes.map((one) => `${one.class} ${one.count}`).join(', ')}`);
  note(`${rows}: ${seconds.toFixed(1)} s, ${(peak / 2 ** 20).toFixed(0)} MiB at most`);
  return {
    seconds,
    peakMib: peak / 2 ** 20,
    found: runs[0]?.break_count ?? -1,
    planted: plantedOf(rows),
    remainderMinor: totals.reduce((sum, total) => sum + Math.abs(total.remainderMinor), 0),
  };
}

function figure(name: string, value: number, unit: string, target: string, ok: boolean): Figure {
  return { name, value: rounded(value), unit, floor: null, ratio: null, target, ok };
}
