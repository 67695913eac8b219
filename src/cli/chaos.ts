// The fault storm: `npm run chaos -- --seed 1 --seed 2 --payments 500 --nodes 2 --tables 16 --peace 1000`, which is what it does
// when told nothing. Ends with a line of JSON for each seed, and with 1 on a breach.
import { type ChaosOptions, runChaos } from '../../tests/support/chaos';
import { startChaosDatabase } from '../../tests/support/chaos-database';
import { parseOptions, positive, runCommand } from './command';

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

/** @returns whether every promise held */
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
