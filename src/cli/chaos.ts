// The fault storm: `npm run chaos -- --seed 1 --payments 200 --nodes 2`. Ends with one line of JSON, and with 1 on a breach.
import { parseArgs } from 'node:util';
import { runChaos } from '../../tests/support/chaos';
import { startChaosDatabase } from '../../tests/support/chaos-database';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    payments: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '2' },
  },
});
const log = (line: string) => console.log(`chaos: ${line}`);

const database = await startChaosDatabase();
try {
  const result = await runChaos({
    seed: whole('seed'),
    payments: whole('payments'),
    nodes: whole('nodes'),
    database,
    log,
  });
  for (const breach of result.breaches) log(`BREACH ${breach}`);
  console.log(JSON.stringify({ ...result, breaches: result.breaches.length }));
  if (result.breaches.length > 0) process.exitCode = 1;
} finally {
  await database.stop();
}

function whole(name: 'seed' | 'payments' | 'nodes'): number {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1`);
  return value;
}
