// Compares the kept figures with a recount: npm run analytics:verify [-- --rebuild] [--restaurant ID] [--from DAY] [--to DAY]
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { env } from '@/env';
import { rebuildMetrics } from '@/services/analytics/rebuild';
import { compareDays, repairDays } from '@/services/analytics/verify';
import { parseOptions, runCommand, UsageError } from './command';
import { openDatabase } from './open-database';

await runCommand(async () => {
  const { values } = parseOptions({
    rebuild: { type: 'boolean', default: false },
    restaurant: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  });
  for (const day of [values.from, values.to]) {
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day))
      throw new UsageError(`${day}: give a day such as 2026-11-23.`);
  }
  const database = await openDatabase(env());
  const pool = createPool({
    url: database.url,
    max: 2,
    applicationName: 'tabsy-analytics-verify',
    onError: (error) => console.error(error.message),
  });
  try {
    const deps = { db: createDb(pool) };
    if (values.rebuild) {
      await rebuildMetrics(deps);
      console.log(
        'Every business day was counted anew. Readers saw the old figures of a day or the new ones.',
      );
    }
    const asked = { restaurantId: values.restaurant, fromDay: values.from, toDay: values.to };
    const { days, wrong } = await compareDays(deps, asked);
    for (const day of wrong.slice(0, 50))
      console.log(`differs: ${day.businessDay} of ${day.restaurantId ?? 'the platform'}`);
    if (wrong.length > 0) {
      await repairDays(deps, wrong);
      process.exitCode = 1;
    }
    const verdict =
      wrong.length === 0 ? 'all equal a recount' : `${wrong.length} differed and were counted anew`;
    console.log(`${database.label}: ${days} business days of restaurants, ${verdict}`);
  } finally {
    await pool.end();
    await database.close();
  }
});
