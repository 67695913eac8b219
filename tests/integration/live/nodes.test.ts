import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Env, loadEnv } from '@/env';
import { type Client, createClients } from '../../support/app-clients';
import { type SeededRestaurant, seedOrder, seedRestaurant } from '../../support/app-fixtures';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type LiveClient, openLiveClient, type Watching } from '../../support/live-client';
import {
  bundlePrograms,
  type CrashNode,
  createNode,
  type Programs,
  type SimulatorProcess,
  startSimulatorProcess,
} from '../../support/processes';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis';
import { waitFor } from '../../support/wait-for';

/*
 * Real server processes on one database, subscribers on each, and what may happen to all of them. What the outbox says is what
 * everyone must have heard: all of it, once, in its order.
 */

const IS_FULL = inject('testSize') === 'full';
const EVENTS = IS_FULL ? 10_000 : 400;
const CLIENTS = IS_FULL ? 50 : 8;
const PATIENCE_MS = IS_FULL ? 900_000 : 60_000;
/** Orders of one call, and calls at the same time. */
const BATCH = IS_FULL ? 50 : 20;
const WRITERS = 3;
const DROPS = IS_FULL ? 500 : 60;
const NODE_BREAKS = IS_FULL ? 24 : 6;

let database: TestDatabase;
let programs: Programs;
let simulator: SimulatorProcess;
let env: Env;
let redis: TestRedis | null = null;
const nodes: CrashNode[] = [];
const open: LiveClient[] = [];

beforeAll(async () => {
  [database, programs] = await Promise.all([createTestDatabase({ poolSize: 2 }), bundlePrograms()]);
  simulator = await startSimulatorProcess(programs);
  env = loadEnv({ NODE_ENV: 'test' });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
  await redis?.stop();
  redis = null;
});
afterAll(async () => {
  await simulator?.stop();
  await programs?.remove();
  await database?.drop();
});

async function startNodes(count: number, more: Record<string, string> = {}): Promise<CrashNode[]> {
  const settings = { databaseUrl: database.url, simulatorUrl: simulator.url, env: more };
  for (let n = 0; n < count; n++) {
    const node = await createNode(programs, settings);
    await node.start();
    nodes.push(node);
  }
  return nodes;
}

function serviceAt(node: CrashNode | undefined): Promise<Client> {
  return createClients(node?.url ?? '', env).asService();
}

async function watchAt(
  address: string | (() => string),
  at: SeededRestaurant,
): Promise<Watching & { client: LiveClient }> {
  const token = await createClients('', env).token('RESTAURANT_STAFF', at.staffId);
  const client = openLiveClient(address, { token });
  open.push(client);
  const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
  await watching.ready();
  return Object.assign(watching, { client });
}

/** Ids of the restaurant's events since `from` were read, in the order that everyone must hear them in. */
async function outboxOf(at: SeededRestaurant): Promise<string[]> {
  const { rows } = await database.pool.query(
    'SELECT event_id FROM outbox_events WHERE restaurant_id = $1 ORDER BY xid, position',
    [at.restaurantId],
  );
  return rows.map((row) => row.event_id);
}

const heardBy = (watching: Watching) => watching.events().map((event) => event.eventId);

async function countOf(at: SeededRestaurant): Promise<number> {
  const { rows } = await database.pool.query(
    'SELECT count(*)::int AS count FROM outbox_events WHERE restaurant_id = $1',
    [at.restaurantId],
  );
  return rows[0]?.count ?? 0;
}

/** What the outbox says at the end: figures that were counted meanwhile are told too, and may come before what is older. */
async function expectAllHeard(watchers: readonly Watching[], at: SeededRestaurant): Promise<void> {
  let expected: string[] = [];
  const haveAll = async () => {
    expected = await outboxOf(at);
    return watchers.every((watching) => isDeepStrictEqual(heardBy(watching), expected));
  };
  await waitFor('everyone has heard everything', haveAll, PATIENCE_MS).catch(() => undefined);
  for (const watching of watchers) expect(heardBy(watching)).toEqual(expected);
}

async function deliverToEachOther(more: Record<string, string>): Promise<number> {
  const [first, second] = await startNodes(2, more);
  const [atFirst, atSecond] = await Promise.all([serviceAt(first), serviceAt(second)]);
  const restaurant = await seedRestaurant(atFirst);
  const watchers = [
    await watchAt(first?.url ?? '', restaurant),
    await watchAt(second?.url ?? '', restaurant),
  ];
  const startedMs = performance.now();
  for (const service of [atFirst, atSecond, atFirst, atSecond]) await seedOrder(service, restaurant);
  await expectAllHeard(watchers, restaurant);
  return performance.now() - startedMs;
}

test('two processes on one database deliver to each other’s clients, with PostgreSQL alone', async () => {
  await deliverToEachOther({});
}, 60_000);

test.skipIf(!hasRedis)(
  'with Redis (skipped without redis-server on this machine) they wake each other long before the next look',
  async () => {
    redis = await startRedis();
    const tookMs = await deliverToEachOther({ REDIS_URL: redis.url, LIVE_POLL_MS: '10000' });
    expect(tookMs).toBeLessThan(9_000);
  },
  60_000,
);

test.skipIf(!hasRedis)(
  'Redis that goes away costs time, not events (skipped without redis-server on this machine)',
  async () => {
    redis = await startRedis();
    const [first, second] = await startNodes(2, { REDIS_URL: redis.url });
    const service = await serviceAt(first);
    const restaurant = await seedRestaurant(service);
    const watching = await watchAt(second?.url ?? '', restaurant);
    await redis.stop();
    redis = null;
    await seedOrder(service, restaurant);
    await expectAllHeard([watching], restaurant);
  },
  60_000,
);

test(
  'lost connections, restarted and killed nodes: nobody misses an event and nobody hears one twice',
  async () => {
    const all = await startNodes(2);
    const restaurant = await seedRestaurant(await serviceAt(all[0]));
    const anyNode = () =>
      pick(
        all.filter((node) => node.isUp()),
        all,
      )?.url ?? '';
    const watchers = await Promise.all(Array.from({ length: CLIENTS }, () => watchAt(anyNode, restaurant)));

    const done = { drops: 0, kills: 0, restarts: 0 };
    const write = async () => {
      while ((await countOf(restaurant)) < EVENTS) {
        const node = pick(
          all.filter((n) => n.isUp()),
          all,
        );
        // A node that dies under the call may have written or not: the outbox says which.
        await serviceAt(node)
          .then((service) => seedOrders(service, restaurant, BATCH))
          .catch(() => pause(50));
      }
    };
    /** Breaks something so many times, spread over the events, however long those take. */
    const spread = async (times: number, breakOne: (n: number) => Promise<void> | void) => {
      for (let n = 0; n < times; n++) {
        const reached = () => countOf(restaurant).then((count) => count >= (EVENTS * (n + 1)) / (times + 1));
        while (!(await reached())) await pause(20 + Math.random() * 80);
        await breakOne(n);
      }
    };
    const breakConnection = () => {
      pick(watchers, watchers)?.client.drop();
      done.drops += 1;
    };
    const breakNode = async (n: number) => {
      const node = all[n % all.length];
      const isKind = n % 3 === 2;
      await (isKind ? node?.stop() : node?.kill());
      done[isKind ? 'restarts' : 'kills'] += 1;
      await node?.start();
    };
    await Promise.all([
      spread(DROPS, breakConnection),
      spread(NODE_BREAKS, breakNode),
      ...Array.from({ length: WRITERS }, write),
    ]);
    await expectAllHeard(watchers, restaurant);
    expect(watchers.map((w) => w.error)).toEqual(watchers.map(() => null));
    if (IS_FULL) console.info({ events: await countOf(restaurant), clients: CLIENTS, ...done });
  },
  PATIENCE_MS * 4,
);

function pick<T>(from: readonly T[], otherwise: readonly T[]): T | undefined {
  const list = from.length > 0 ? from : otherwise;
  return list[Math.floor(Math.random() * list.length)];
}

/** Several orders by one call, each in its own transaction. */
async function seedOrders(service: Client, at: SeededRestaurant, count: number): Promise<void> {
  await service.platform.orders.sync.mutate({
    orders: Array.from({ length: count }, () => ({
      id: `order-${crypto.randomUUID()}`,
      restaurantId: at.restaurantId,
      tableId: at.tableId,
      orderNumber: '1',
      status: 'RECEIVED' as const,
      currency: at.currency,
      subtotalMinor: 100,
      placedAt: new Date(),
      version: 1,
    })),
  });
}
