import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loadEnv } from '@/env';
import { createClients } from '../../support/app-clients';
import {
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
} from '../../support/app-fixtures';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { asCustomer, asRestaurant, connectLegacy, type LegacySocket } from '../../support/legacy-socket';
import {
  bundlePrograms,
  type CrashNode,
  createNode,
  type Programs,
  type SimulatorProcess,
  startSimulatorProcess,
} from '../../support/processes';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis';

/* Two real processes on one database, with existing clients on each (decision 28). */

const PATIENCE_MS = 120_000;
const env = loadEnv({ NODE_ENV: 'test' });

let database: TestDatabase;
let programs: Programs;
let simulator: SimulatorProcess;
let redis: TestRedis | null = null;
let pair: Pair;
const extra: CrashNode[] = [];
const open: LegacySocket[] = [];

beforeAll(async () => {
  [database, programs] = await Promise.all([createTestDatabase({ poolSize: 2 }), bundlePrograms()]);
  simulator = await startSimulatorProcess(programs);
  pair = await startPair();
}, PATIENCE_MS);
afterEach(async () => {
  for (const socket of open.splice(0)) socket.close();
  await Promise.all(extra.splice(0).map((node) => node.stop()));
  await redis?.stop();
  redis = null;
});
afterAll(async () => {
  await Promise.all((pair ?? []).map((node) => node.stop()));
  await simulator?.stop();
  await programs?.remove();
  await database?.drop();
});

type Pair = readonly [CrashNode, CrashNode];

interface Place {
  restaurant: SeededRestaurant;
  session: SeededSession;
  /** Staff and a guest at the first node, then staff and a guest at the second. */
  sockets: LegacySocket[];
}

async function startPair(more: Record<string, string> = {}): Promise<Pair> {
  const settings = { databaseUrl: database.url, simulatorUrl: simulator.url, env: more };
  const nodes: Pair = [await createNode(programs, settings), await createNode(programs, settings)];
  await Promise.all(nodes.map((node) => node.start()));
  return nodes;
}

async function startExtraPair(more: Record<string, string>): Promise<Pair> {
  const nodes = await startPair(more);
  extra.push(...nodes);
  return nodes;
}

async function openPlace([first, second]: Pair = pair): Promise<Place> {
  const service = await createClients(first.url, env).asService();
  const restaurant = await seedRestaurant(service);
  const session = await seedSession(service, restaurant);
  const { tableId, restaurantId } = restaurant;
  const token = await createClients('', env).token('RESTAURANT_STAFF', restaurant.staffId);
  const sockets: LegacySocket[] = [];
  for (const { url } of [first, second]) {
    sockets.push(await connectLegacy(url, asRestaurant(token, restaurantId)));
    sockets.push(
      await connectLegacy(url, asCustomer({ tableId, restaurantId, sessionId: session.guests[0] })),
    );
  }
  open.push(...sockets);
  return { restaurant, session, sockets };
}

/** An order written through that node, heard by all sockets of both, once each. */
async function orderIsHeardOnce(place: Place, through: CrashNode): Promise<void> {
  const { restaurant, session, sockets } = place;
  const service = await createClients(through.url, env).asService();
  const orderId = await seedOrder(service, restaurant, { session });
  const lastId = await seedOrder(service, restaurant, { session });
  const isOf = (id: string) => (payload: { orderId: string }) => payload.orderId === id;
  const seen = await Promise.all(sockets.map((socket) => socket.next('order:created', isOf(orderId))));
  // Order of events is kept, so a second copy of the first would be there by now.
  await Promise.all(sockets.map((socket) => socket.next('order:created', isOf(lastId))));
  for (const socket of sockets) expect(socket.of('order:created').filter(isOf(orderId))).toHaveLength(1);
  expect(new Set(seen.map((payload) => payload.eventId)).size).toBe(1);
}

test(
  'two processes reach each other’s existing clients with PostgreSQL alone, each event once',
  async () => {
    const place = await openPlace();
    for (const node of pair) await orderIsHeardOnce(place, node);
  },
  PATIENCE_MS,
);

test(
  'a guest at one node calls the staff at the other',
  async () => {
    const { sockets, restaurant } = await openPlace();
    const [staff, , , guest] = sockets;
    guest?.socket.emit('table:assistance-requested', { requestType: 'bill' });
    expect(await staff?.next('assistance:requested')).toMatchObject({ tableId: restaurant.tableId });
    expect(staff?.of('assistance:requested')).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  'a session that is closed through one node ends the guests’ connections at both',
  async () => {
    const { sockets, session, restaurant } = await openPlace();
    const [, here, , there] = sockets;
    const gone = [here, there].map(
      (guest) => new Promise<string>((resolve) => guest?.socket.once('disconnect', resolve)),
    );
    const service = await createClients(pair[0].url, env).asService();
    await service.platform.sessions.sync.mutate({
      sessions: [
        {
          id: session.sessionId,
          restaurantId: restaurant.restaurantId,
          tableId: restaurant.tableId,
          code: 'x',
          status: 'CLOSED',
          expiresAt: new Date(Date.now() + 3_600_000),
          version: 2,
        },
      ],
    });
    expect(await Promise.all(gone)).toEqual(['transport close', 'transport close']);
  },
  PATIENCE_MS,
);

test(
  'a client whose node is killed comes back by itself and hears what follows',
  async () => {
    const place = await openPlace();
    const back = Promise.all(
      place.sockets
        .slice(2)
        .map(
          ({ socket }) =>
            new Promise<void>((resolve) => socket.once('disconnect', () => socket.once('connect', resolve))),
        ),
    );
    for (const { socket } of place.sockets) socket.io.reconnectionAttempts(Number.POSITIVE_INFINITY);
    await pair[1].kill();
    await pair[1].start();
    await back;
    await orderIsHeardOnce(place, pair[0]);
  },
  PATIENCE_MS,
);

test.skipIf(!hasRedis)(
  'with the Redis adapter between them (skipped without redis-server on this machine) nothing doubles',
  async () => {
    redis = await startRedis();
    const nodes = await startExtraPair({ REDIS_URL: redis.url });
    const place = await openPlace(nodes);
    for (const node of nodes) await orderIsHeardOnce(place, node);
  },
  PATIENCE_MS,
);

test.skipIf(!hasRedis)(
  'Redis that goes away takes no event and no process with it (skipped without redis-server)',
  async () => {
    redis = await startRedis();
    const nodes = await startExtraPair({ REDIS_URL: redis.url });
    const place = await openPlace(nodes);
    await redis.stop();
    redis = null;
    await orderIsHeardOnce(place, nodes[1]);
    for (const node of nodes) expect(node.isUp()).toBe(true);
  },
  PATIENCE_MS,
);

test(
  'a Redis that was never there is no reason not to start, and takes no event',
  async () => {
    const nodes = await startExtraPair({ REDIS_URL: 'redis://127.0.0.1:1' });
    await orderIsHeardOnce(await openPlace(nodes), nodes[0]);
    for (const node of nodes) expect(node.isUp()).toBe(true);
  },
  PATIENCE_MS,
);
