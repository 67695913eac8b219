import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadEnv } from '@/env';
import { confirmAsBrowser, type Simulator, startSimulator } from '@/stripe/simulator';
import { type Client, createClients, refusalOf } from '../../support/app-clients';
import { type SeededRestaurant, seedOrder, seedRestaurant } from '../../support/app-fixtures';
import { type Balancer, startBalancer } from '../../support/balancer';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy';
import { assertBooksBalance } from '../../support/invariants';
import { PRODUCTION_KEYS, productionEnv } from '../../support/production-env';
import { makeProductionFolder, type ProductionFolder } from '../../support/production-folder';
import { createProductionNode, type ProductionNode } from '../../support/production-process';
import { waitFor } from '../../support/wait-for';

/*
 * The built server, alone in its folder with NODE_ENV=production, behind a network that fails on both sides: to PostgreSQL and to
 * Stripe. Finer cases, in one process: database.test.ts and stripe.test.ts.
 */
const SLOW_MS = 300_000;
const TIMEOUT_MS = 1_000;
/** Clients give up after 10 s. */
const PATIENCE_MS = 9_900;
const SECURE = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };

let folder: ProductionFolder;
let database: TestDatabase;
let simulator: Simulator;
let toDatabase: FaultProxy;
let toStripe: FaultProxy;
let node: ProductionNode;
/** For webhooks alone: it speaks https to the node, as Stripe does. */
let balancer: Balancer;
let service: Client;
let at: SeededRestaurant;

const variables = () => ({
  ...productionEnv({
    databaseUrl: toDatabase.through(database.url),
    simulatorUrl: new URL(toStripe.through(simulator.url)).origin,
  }),
  LOG_LEVEL: 'debug',
  DATABASE_TIMEOUT_MS: String(TIMEOUT_MS),
  STRIPE_TIMEOUT_MS: String(TIMEOUT_MS),
  WORKER_POLL_MS: '50',
  JANITOR_AFTER_SECONDS: '1',
  EVENT_SWEEP_INTERVAL_SECONDS: '1',
});

beforeAll(async () => {
  folder = await makeProductionFolder();
  database = await createTestDatabase({ poolSize: 2 });
  simulator = await startSimulator({ production: false });
  toDatabase = await startFaultProxy(database.url);
  toStripe = await startFaultProxy(simulator.url);
  node = await createProductionNode(folder.path, variables);
  await node.start();
  balancer = await startBalancer([node.url]);
  simulator.addWebhookEndpoint({
    url: `${balancer.url}/api/webhooks/stripe`,
    secret: PRODUCTION_KEYS.webhookSecret,
  });
  service = await as('SERVICE', 'platform');
  at = await seedRestaurant(service);
}, SLOW_MS);
afterEach(async () => {
  await toDatabase.heal();
  await toStripe.heal();
});
afterAll(async () => {
  // It has lived through all of it, and ends in good order.
  expect(await node?.stop()).toBe(0);
  await balancer?.stop();
  await toStripe?.close();
  await toDatabase?.close();
  await simulator?.close();
  await database?.drop();
  await folder?.remove();
}, SLOW_MS);

async function as(role: 'SERVICE' | 'CUSTOMER', subject: string): Promise<Client> {
  const clients = createClients(node.url, loadEnv(variables() as unknown as NodeJS.ProcessEnv));
  return clients.with({ ...SECURE, authorization: `Bearer ${await clients.token(role, subject)}` });
}

async function newPayment() {
  const customerId = `customer-${randomUUID()}`;
  const customer = await as('CUSTOMER', customerId);
  const orderId = await seedOrder(service, at, { customerId });
  const input = { orderId, tipMinor: 0, idempotencyKey: randomUUID() };
  return { customer, orderId, create: () => customer.payments.create.mutate(input) };
}
type NewPayment = Awaited<ReturnType<typeof newPayment>>;

async function statusOf(path: string): Promise<number> {
  const startedMs = performance.now();
  const { status } = await fetch(`${node.url}${path}`);
  expect(performance.now() - startedMs).toBeLessThan(PATIENCE_MS);
  return status;
}

/** The code with which it was refused, in time. */
async function refusedWith(call: Promise<unknown>): Promise<string> {
  const startedMs = performance.now();
  const { appCode } = await refusalOf(call);
  expect(performance.now() - startedMs).toBeLessThan(PATIENCE_MS);
  return appCode;
}

/** Nobody lends a hand: the same call with the same key succeeds, once, and is paid; the node is ready, the books balance. */
async function expectRecovery({ customer, orderId, create }: NewPayment): Promise<void> {
  const payment = await waitFor('payments are created again', () => create().catch(() => null));
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
  await waitFor('the node is ready', async () => (await statusOf('/ready')) === 200);
  const { rows } = await database.pool.query('SELECT id FROM payments WHERE order_id = $1', [orderId]);
  const intents = simulator.control
    .state()
    .paymentIntents.filter(({ metadata }) => metadata?.paymentId === payment.id);
  expect([rows, intents.length]).toEqual([[{ id: payment.id }], 1]);
  await assertBooksBalance(database.pool);
}

test('both slow: everything works, only later', async () => {
  const payment = await newPayment();
  toDatabase.slow(30);
  toStripe.slow(100);
  await expectRecovery(payment);
});

test.each<[string, () => unknown]>([
  ['slower than its limit', () => toDatabase.slow(TIMEOUT_MS * 2)],
  ['half-open', () => toDatabase.silence()],
  ['reset', () => toDatabase.refuse()],
])(
  'PostgreSQL is %s: 503 in time, alive but not ready, and all of it again afterwards',
  async (_what, spoil) => {
    const payment = await newPayment();
    await spoil();
    // Whether a COMMIT that was late has counted is not known: then the same key tells.
    expect(['DATABASE_UNAVAILABLE', 'PROCESSOR_OUTCOME_UNKNOWN']).toContain(
      await refusedWith(payment.create()),
    );
    await waitFor('the node says that it is not ready', async () => (await statusOf('/ready')) === 503);
    expect(await statusOf('/live')).toBe(200);
    await toDatabase.heal();
    await expectRecovery(payment);
  },
);

test.each<[string, () => unknown]>([
  ['slower than its limit', () => toStripe.slow(TIMEOUT_MS * 3)],
  ['half-open', () => toStripe.silence()],
  ['reset', () => toStripe.refuse()],
])(
  'Stripe is %s: a clear code in time, the node is ready for all the rest, and the same key pays once',
  async (_what, spoil) => {
    const payment = await newPayment();
    await spoil();
    expect(['PROCESSOR_OUTCOME_UNKNOWN', 'PROCESSOR_UNAVAILABLE']).toContain(
      await refusedWith(payment.create()),
    );
    expect(await statusOf('/ready')).toBe(200);
    expect(await payment.customer.orders.get.query({ orderId: payment.orderId })).toMatchObject({
      id: payment.orderId,
    });
    await toStripe.heal();
    await expectRecovery(payment);
  },
);

test('requests for a host that cannot be end nothing but themselves, at pages and at websockets', async () => {
  const upgrade = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const lines = [
    `GET /api/trpc HTTP/1.1\r\nhost: [\r\n${upgrade}${key}`,
    `GET http://x:99999/api/trpc HTTP/1.1\r\nhost: x\r\n${upgrade}${key}`,
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: [\r\n${upgrade}${key}`,
    'GET /admin/login HTTP/1.1\r\nhost: xn--\r\n',
    'GET /api/trpc/payments.config HTTP/1.1\r\nhost: xn--\r\n',
  ];
  for (const line of lines)
    expect(await firstLineOf(`${line}x-forwarded-proto: https\r\n\r\n`)).toMatch(/ 400 /);
  expect([node.isUp(), await statusOf('/ready')]).toEqual([true, 200]);
});

function firstLineOf(request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1', () => socket.write(request));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve('closed without an answer'));
    socket.once('data', (data) => {
      resolve(String(data).split('\r\n')[0] ?? '');
      socket.destroy();
    });
  });
}
