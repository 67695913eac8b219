import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '@/db/embedded/server-process';
import { seedOrder, seedRestaurant, startTestApp, type TestApp, waitFor } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { openLiveClient } from '../../support/live-client';
import { createOutputScan } from '../../support/output-scan';

/* `npm run live`: websockets in a process of its own, beside servers that share its database. */
let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  app = await startTestApp({ database });
});
afterAll(async () => {
  await app?.stop();
  await database?.drop();
});

function startProcess(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server/live-main.ts'], {
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
});

test('it tells what the servers wrote, and on SIGTERM asks its clients to come back', async () => {
  const port = await freePort();
  const live = startProcess({
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: 'sk_test_live_only_0000',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_live_only_0000',
    STRIPE_WEBHOOK_SECRET: app.env.stripe.webhookSecrets[0] ?? '',
    STRIPE_API_BASE: app.simulator.url,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    'it is ready',
    () =>
      fetch(`${url}/ready`).then(
        (r) => r.ok,
        () => false,
      ),
    30_000,
  );
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const client = openLiveClient(
    url,
    { token: await app.token('RESTAURANT_STAFF', at.staffId) },
    { retryDelayMs: 60_000 },
  );
  const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
  await watching.ready();
  const orderId = await seedOrder(service, at);
  expect(await watching.event('order:created')).toMatchObject({ orderId });
  live.terminate();
  expect((await live.exited).code).toBe(0);
  expect([watching.error, watching.ended()]).toEqual([null, false]);
  await client.close();
}, 60_000);
