import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadEnv } from '@/env';
import { confirmAsBrowser, type Simulator, startSimulator } from '@/stripe/simulator';
import { createClients } from '../../support/app-clients';
import { seedOrder, seedRestaurant } from '../../support/app-fixtures';
import { type Balancer, startBalancer } from '../../support/balancer';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { assertBooksBalance } from '../../support/invariants';
import { openLiveClient } from '../../support/live-client';
import { PRODUCTION_KEYS, productionEnv } from '../../support/production-env';
import { makeProductionFolder, type ProductionFolder } from '../../support/production-folder';
import { createProductionNode, type ProductionNode, startProduction } from '../../support/production-process';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis';
import { waitFor } from '../../support/wait-for';

/**
 * compose.yml as plain processes: PostgreSQL, Redis where the machine has one, two production nodes from a folder with nothing
 * but the build, and a balancer. The containers themselves are not tried here.
 */
const SLOW_MS = 300_000;

let folder: ProductionFolder;
let database: TestDatabase;
let simulator: Simulator;
let redis: TestRedis | null = null;
let balancer: Balancer;
let nodes: ProductionNode[];

beforeAll(async () => {
  folder = await makeProductionFolder();
  database = await createTestDatabase({ poolSize: 2 });
  redis = hasRedis ? await startRedis() : null;
  simulator = await startSimulator({ production: false });
  nodes = [
    await createProductionNode(folder.path, variables),
    await createProductionNode(folder.path, variables),
  ];
  balancer = await startBalancer(
    nodes.map(({ url }) => url),
    { keepAlive: true },
  );
  simulator.addWebhookEndpoint({
    url: `${balancer.url}/api/webhooks/stripe`,
    secret: PRODUCTION_KEYS.webhookSecret,
  });
}, SLOW_MS);
afterAll(async () => {
  for (const node of nodes ?? []) await node.stop();
  await balancer?.stop();
  await simulator?.close();
  await redis?.stop();
  await database?.drop();
  await folder?.remove();
}, SLOW_MS);

const variables = () => ({
  ...productionEnv({ databaseUrl: database.url, simulatorUrl: simulator.url }),
  SHUTDOWN_DRAIN_MS: '3000',
  // What they write is scanned for secrets when they stop.
  LOG_LEVEL: 'debug',
  PAYMENT_RATE_LIMIT_PER_15_MINUTES: '100000',
  PAYMENT_RATE_LIMIT_PER_HOUR: '100000',
  PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR: '100000',
  ...(redis && { REDIS_URL: redis.url }),
});

describe('a production start from a clean folder', () => {
  test(
    'without a configuration ends with 1 and names everything that is missing',
    async () => {
      const { child, output } = startProduction(folder.path, { NODE_ENV: 'production' });
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(1);
      for (const name of [
        'STRIPE_SECRET_KEY',
        'DATABASE_URL',
        'JWT_SECRET',
        'ADMIN_SESSION_SECRET',
        'CORS_ORIGINS',
      ])
        expect(output()).toContain(name);
    },
    SLOW_MS,
  );

  test(
    'with one it serves pages, probes and doors over https, and refuses plain http',
    async () => {
      await nodes[0]?.start();
      const url = nodes[0]?.url ?? '';
      const secure = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
      const page = await fetch(`${url}/admin/login`, { headers: secure });
      expect([page.status, page.headers.get('strict-transport-security')]).toEqual([
        200,
        expect.stringContaining('max-age=31536000'),
      ]);
      expect((await fetch(`${url}/api/trpc/payments.config`, { headers: secure })).status).toBe(200);
      expect((await fetch(`${url}/health`)).status).toBe(200);
      const plain = { ...secure, 'x-forwarded-proto': 'http' };
      expect((await fetch(`${url}/api/trpc/payments.config`, { headers: plain })).status).toBe(403);
    },
    SLOW_MS,
  );
});

test(
  'two nodes are restarted one after the other under load: no request fails, no live event is lost or told twice',
  async () => {
    await Promise.all(nodes.map((node, i) => (i === 0 ? undefined : node.start())));
    const env = loadEnv(variables() as unknown as NodeJS.ProcessEnv);
    const clients = createClients(balancer.url, env);
    const service = await waitFor('the balancer has found the nodes', async () =>
      (await fetch(`${balancer.url}/ready`)).ok ? clients.asService() : null,
    );
    const at = await seedRestaurant(service);
    const live = openLiveClient(balancer.url, { token: await clients.token('RESTAURANT_STAFF', at.staffId) });
    const watching = live.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const failuresBefore = balancer.failures();

    let isOver = false;
    const paid: string[] = [];
    const failed: unknown[] = [];
    async function guests(): Promise<void> {
      while (!isOver) {
        try {
          const customerId = `customer-${randomUUID()}`;
          const customer = await clients.asCustomer(customerId);
          const orderId = await seedOrder(service, at, { customerId });
          const payment = await customer.payments.create.mutate({
            orderId,
            tipMinor: 0,
            idempotencyKey: randomUUID(),
          });
          await confirmAsBrowser({
            apiBase: simulator.url,
            publishableKey: PRODUCTION_KEYS.publishable,
            clientSecret: payment.clientSecret ?? '',
            paymentMethod: 'pm_card_visa',
          });
          await waitFor(
            'it is paid',
            async () => (await customer.payments.get.query({ paymentId: payment.id })).status === 'COMPLETED',
          );
          paid.push(payment.id);
        } catch (error) {
          failed.push(error);
        }
      }
    }
    const load = [guests(), guests()];
    for (const node of nodes) {
      const before = paid.length;
      await waitFor('payments come in', () => paid.length > before + 2 || failed[0]);
      expect(await node.stop()).toBe(0);
      await waitFor('the other node goes on alone', () => paid.length > before + 4 || failed[0]);
      await node.start();
    }
    isOver = true;
    await Promise.all(load);
    expect(failed).toEqual([]);
    expect(balancer.failures() - failuresBefore).toBe(0);

    const { rows } = await database.pool.query<{ id: string }>(
      `SELECT event_id AS id FROM outbox_events WHERE restaurant_id = $1 AND type LIKE 'payment:%'`,
      [at.restaurantId],
    );
    const written = rows.map(({ id }) => id).toSorted();
    const heard = () =>
      watching
        .events()
        .filter(({ type }) => type.startsWith('payment:'))
        .map(({ eventId }) => eventId);
    await waitFor('the last live event has come', () => new Set(heard()).size >= written.length);
    expect(heard().toSorted()).toEqual(written);
    expect(live.closes.length).toBeGreaterThan(0);
    expect([watching.error, watching.ended()]).toEqual([null, false]);
    await live.close();
    await assertBooksBalance(database.pool);
  },
  SLOW_MS,
);
