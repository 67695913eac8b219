import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { PLATFORM_CHECKS, RESTAURANT_CHECKS, RESTAURANT_CONTROLS } from '@/services/reconciliation/checks';
import { startBenchDatabase } from './database';
import { DAY, LAST_DAY, seedReconciliation } from './seed-reconciliation';
const database = await startBenchDatabase();
const url = await database.copy('prof');
await seedReconciliation(database, 'prof', 100000);
const pool = createPool({ url, max: 1, applicationName: 'x', onError: () => undefined });
const db = createDb(pool);
const from = new Date(`${DAY}T00:00:00Z`), to = new Date('2026-10-11T00:00:00Z');
const all = [...RESTAURANT_CHECKS.map((c) => ['r', c.page.statement, c.page.start] as const), ...RESTAURANT_CONTROLS.map((c) => ['c', c.statement, null] as const)];
for (const [kind, statement, start] of all) {
  const t = performance.now();
  for (let i = 0; i < 20; i++)
    await db.query(statement, ['rest-' + i, DAY, LAST_DAY, from, to, ...(kind === 'r' ? [new Date(), ...(start ?? []), 5000] : [])]);
  console.log(statement.name, ((performance.now() - t) / 20).toFixed(1), 'ms');
}
await pool.end();
await database.stop();
