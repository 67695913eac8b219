// The fault storm. Its defaults: `npm run chaos -- --seed 1 --seed 2 --payments 500 --nodes 2 --tables 16 --peace 1000`.
// Prints a line of JSON for each seed, and exits with 1 on a breach. What it does: docs/chaos.md.

import { parseOptions, positive, runCommand } from '@/cli/command';
import { startChaosDatabase } from './database';
import { type ChaosOptions, runChaos } from './storm';

await runCommand(async () => {
  const { values } = parseOptions({
    seed: { type: 'string', multiple: true, default: ['1', '2'] },
    payments: { type: 'string', default: '500' },
    nodes: { type: 'string', default: '2' },
    tables: { type: 'string', default: '16' },
    peace: { type: 'string', default: '1000' },
  });
  const seeds = values.seed.map((seed) => positive('seed', seed));
  const options = {
    payments: positive('payments', values.payments),
    nodes: positive('nodes', values.nodes),
    tables: positive('tables', values.tables),
    peaceMs: positive('peace', values.peace),
  };
  for (const seed of seeds) if (!(await storm({ seed, ...options }))) process.exitCode = 1;
});

/** Runs the storm of one seed. @returns whether there was no breach */
async function storm(options: Omit<ChaosOptions, 'database' | 'log'>): Promise<boolean> {
  const log = (line: string) => console.log(`chaos ${options.seed}: ${line}`);
  const database = await startChaosDatabase();
  try {
    const result = await runChaos({ ...options, database, log });
    for (const breach of result.breaches) log(`BREACH ${breach}`);
    console.log(JSON.stringify({ ...result, breaches: result.breaches.length }));
    return result.breaches.length === 0;
  } finally {
    await database.stop();
  }
}
