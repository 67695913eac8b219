import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, seedOrder, waitFor } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createOutputScan } from '../../support/output-scan';
import { intentsOf, type RecoveryStage, startStage } from './support';

/* `npm run worker`: a process of its own beside servers that run none. */
let database: TestDatabase;
let stage: RecoveryStage;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  stage = await startStage({ database });
});
afterAll(async () => {
  await stage?.stop();
  await database.drop();
});

function startProcess(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server/worker-main.ts'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', LOG_LEVEL: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const scan = createOutputScan();
  scan.read(child);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const exited = once(child, 'exit').then(async ([code]) => {
    await scan.assertClean();
    return { code, complaint };
  });
  return { exited, terminate: () => child.kill('SIGTERM') };
}

test('without a shared database and processor it refuses to start and says what to set', async () => {
  const { code, complaint } = await startProcess({}).exited;
  expect(code).toBe(1);
  expect(complaint).toMatch(/set DATABASE_URL and STRIPE_SECRET_KEY/);
  expect(complaint.trim().split('\n')).toHaveLength(1);
});

test('it finishes what a server left, and ends in good order on SIGTERM', async () => {
  stage.dieAt('create.after-first-transaction');
  const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
  const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
  await stage.guest.payments.create.mutate(input).catch(() => undefined);
  await database.pool.query(
    `UPDATE payments SET creation_started_at = now() - interval '1 minute' WHERE order_id = $1`,
    [orderId],
  );
  const worker = startProcess({
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: 'sk_test_worker_only_0000',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_worker_only_0000',
    STRIPE_WEBHOOK_SECRET: stage.app.env.stripe.webhookSecrets[0] ?? '',
    STRIPE_API_BASE: stage.app.simulator.url,
  });
  await waitFor('the worker has been', () => intentsOf(stage, orderId)[0]);
  worker.terminate();
  expect((await worker.exited).code).toBe(0);
  expect(intentsOf(stage, orderId)).toHaveLength(1);
  const { rows } = await database.pool.query(
    'SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE locked_at IS NOT NULL',
  );
  expect(rows[0].n).toBe(0);
});
