import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '@/db/embedded/server-process';
import { loadEnv } from '@/env';
import { confirmAsBrowser, type Simulator, startSimulator } from '@/stripe/simulator';
import { createClients } from '../../support/app-clients';
import { type SeededRestaurant, seedOrder, seedRestaurant, seedSession } from '../../support/app-fixtures';
import { type Balancer, startBalancer } from '../../support/balancer';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { assertBooksBalance } from '../../support/invariants';
import { asRestaurant, connectLegacy } from '../../support/legacy-socket';
import { openLiveClient } from '../../support/live-client';
import { secretsIn } from '../../support/log-scan';
import { PRODUCTION_KEYS, productionEnv } from '../../support/production-env';
import { makeProductionFolder, type ProductionFolder } from '../../support/production-folder';
import { waitFor } from '../../support/wait-for';

/*
 * A plain `next start` of the production build, which has no websockets, and `npm run live` beside it (decision 30): two
 * processes that share a database and nothing else. Pages, tRPC and webhooks pass through Next.js's own routes here.
 */

const SLOW_MS = 300_000;

let folder: ProductionFolder;
let database: TestDatabase;
let simulator: Simulator;
let next: Program;
let live: Program;

beforeAll(async () => {
  folder = await makeProductionFolder();
  database = await createTestDatabase({ poolSize: 2 });
  simulator = await startSimulator({ production: false });
  const nextPort = String(await freePort());
  next = await startProgram(
    ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', nextPort],
    nextPort,
  );
  // What `npm run live` says in package.json.
  live = await startProgram(['dist/live.js'], String(await freePort()));
  simulator.addWebhookEndpoint({
    url: `${next.url}/api/webhooks/stripe`,
    secret: PRODUCTION_KEYS.webhookSecret,
  });
}, SLOW_MS);
afterAll(async () => {
  await live?.stop();
  await next?.stop();
  await simulator?.close();
  await database?.drop();
  await folder?.remove();
}, SLOW_MS);

const variables = () => productionEnv({ databaseUrl: database.url, simulatorUrl: simulator.url });

interface Program {
  /** Behind a proxy that speaks https, as in production. */
  url: string;
  /** In good order; answers the exit code. */
  stop(): Promise<number | null>;
}

async function startProgram(args: readonly string[], port: string): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: folder.path,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables(), PORT: port } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const proxy: Balancer = await startBalancer([`http://127.0.0.1:${port}`]);
  await waitFor(
    `${args[0]} is ready`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended: ${output}`);
      return (await fetch(`${proxy.url}/ready`)).ok;
    },
    120_000,
  );
  return {
    url: proxy.url,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      await proxy.stop();
      expect(secretsIn(output.split('\n'))).toEqual([]);
      return code;
    },
  };
}

async function openRestaurant(at: SeededRestaurant, token: string) {
  const client = openLiveClient(live.url, { token }, { retryDelayMs: 60_000 });
  const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
  const legacy = await connectLegacy(live.url, asRestaurant(token, at.restaurantId));
  await watching.ready();
  return {
    watching,
    legacy,
    close: async () => {
      legacy.close();
      await client.close();
    },
  };
}

test(
  'a payment that is made and settled through the routes of `next start` is told by `npm run live`, to its own people',
  async () => {
    const clients = createClients(next.url, loadEnv(variables() as unknown as NodeJS.ProcessEnv));
    const service = await clients.asService();
    const [here, elsewhere] = [await seedRestaurant(service), await seedRestaurant(service)];
    const session = await seedSession(service, here);
    const [guestId] = session.guests;
    const orderId = await seedOrder(service, here, { session, guestSessionId: guestId });
    const own = await openRestaurant(here, await clients.token('RESTAURANT_STAFF', here.staffId));
    const other = await openRestaurant(elsewhere, await clients.token('RESTAURANT_STAFF', elsewhere.staffId));

    const guest = clients.asGuest(guestId);
    const payment = await guest.payments.create.mutate({
      orderId,
      tipMinor: 300,
      idempotencyKey: 'beside-next-start',
    });
    const table = openLiveClient(live.url, { sessionId: guestId });
    const watching = table.watch('payment', { paymentId: payment.id });
    await watching.ready();
    await confirmAsBrowser({
      apiBase: simulator.url,
      publishableKey: PRODUCTION_KEYS.publishable,
      clientSecret: payment.clientSecret ?? '',
      paymentMethod: 'pm_card_visa',
    });

    const told = {
      paymentId: payment.id,
      orderId,
      restaurantId: here.restaurantId,
      status: 'COMPLETED',
      amountMinor: 2500,
      taxMinor: 200,
      tipMinor: 300,
      totalMinor: 3000,
    };
    expect(await watching.event('payment:completed')).toMatchObject(told);
    expect(await own.watching.event('payment:created')).toMatchObject({ ...told, status: 'PENDING' });
    expect(await own.watching.event('payment:completed')).toMatchObject(told);
    expect(await own.legacy.next('payment:completed')).toMatchObject({ paymentId: payment.id, amount: 30 });
    // Its figures move too: the live process counts them, as `next start` does nothing between requests.
    const moved = await own.watching.event('analytics:updated');
    expect(moved).toMatchObject({ restaurantId: here.restaurantId });
    expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');

    const last = await seedOrder(service, elsewhere);
    expect(await other.watching.event('order:created')).toMatchObject({ orderId: last });
    await other.legacy.next('order:created');
    expect(other.watching.events().map(({ restaurantId }) => restaurantId)).toEqual([elsewhere.restaurantId]);
    expect(other.legacy.received.map(({ name }) => name)).toEqual(['order:created']);

    await Promise.all([own.close(), other.close(), table.close()]);
    await assertBooksBalance(database.pool);
  },
  SLOW_MS,
);

test(
  'a live process that ends asks its clients to come back; they go on with the next one and miss nothing',
  async () => {
    const clients = createClients(next.url, loadEnv(variables() as unknown as NodeJS.ProcessEnv));
    const service = await clients.asService();
    const at = await seedRestaurant(service);
    const token = await clients.token('RESTAURANT_STAFF', at.staffId);
    const client = openLiveClient(() => live.url, { token });
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const placed = [await seedOrder(service, at)];
    await watching.event('order:created');
    expect(await live.stop()).toBe(0);
    placed.push(await seedOrder(service, at));
    live = await startProgram(['dist/live.js'], String(await freePort()));
    placed.push(await seedOrder(service, at));
    const heard = () => watching.events().flatMap((e) => (e.type === 'order:created' ? [e.orderId] : []));
    await waitFor('all three orders', () => heard().length >= placed.length);
    expect(heard()).toEqual(placed);
    await client.close();
  },
  SLOW_MS,
);
