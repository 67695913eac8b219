import { startBenchDatabase } from '/work/main/tests/load/database';
import { seedYear } from '/work/main/tests/load/seed-year';
import { Client } from 'pg';
const d = await startBenchDatabase();
const url = await d.copy('bench_plan');
await seedYear((sql) => d.run(sql, 'bench_plan'), 100000);
await d.run(`INSERT INTO metric_clocks (restaurant_id,time_zone,closing_hour) SELECT id,time_zone,closing_hour FROM restaurants`,'bench_plan');
console.log(url);
setTimeout(()=>process.exit(0), 3*3600_000);
