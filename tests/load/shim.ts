import type { BenchOptions } from './bench';
import { startBenchDatabase } from './database';
import { getBytes, openConnection, postBytes } from './http-client';
import { type Figure, loadText, median, note, rounded } from './report';
import { guestId, newKey, orderId, seed } from './seed';
import { type BenchServer, buildServer, startBenchServer, startBenchSimulator } from './server-process';

const REPEATS = 5;
const CONNECTIONS = 8;
const CREATIONS = 200;
const READS = 600;
const WARM_UP = 300;
const TARGET_OF_TRPC = 0.75;

/** The bytes of call number `i` through one door. */
type Call = (i: number) => Buffer;

/** The same verb through both doors: what the caller asks for is the same, word by word. */
const VERBS: Record<string, { calls: number; trpc: Call; rest: Call }> = {
  'shim-create': {
    calls: CREATIONS,
    trpc: (i) => {
      const input = { json: { orderId: orderId(i), idempotencyKey: newKey() } };
      return postBytes('/api/trpc/payments.create', asGuest(i), JSON.stringify(input));
    },
    rest: (i) => postBytes('/api/v1/payments/intent', asGuest(i), JSON.stringify({ orderId: orderId(i) })),
  },
  'shim-read': {
    calls: READS,
    trpc: (i) => {
      const input = encodeURIComponent(JSON.stringify({ json: { orderId: orderId(i) } }));
      return getBytes(`/api/trpc/orders.get?input=${input}`, asGuest(i));
    },
    rest: (i) => getBytes(`/api/v1/orders/${orderId(i)}`, asGuest(i)),
  },
};

const asGuest = (i: number) => ({ 'x-session-id': guestId(i) });

/** Throughput of the REST shim beside the same call through tRPC, in turns on one server: a closed loop of 8 connections. */
export async function benchShim({ profileDir }: BenchOptions): Promise<Figure[]> {
  await buildServer();
  const simulator = await startBenchSimulator();
  const database = await startBenchDatabase();
  const undo: (() => Promise<unknown>)[] = [() => database.stop(), () => simulator.stop()];
  try {
    const orders = Object.values(VERBS).reduce((sum, { calls }) => sum + 2 * (WARM_UP + REPEATS * calls), 0);
    await seed(database, { orders, payments: 0 });
    const server = await startBenchServer({
      databaseUrl: await database.copy('shim'),
      simulatorUrl: simulator.url,
      mount: 'direct',
      profileDir,
    });
    undo.push(() => server.stop());
    const figures: Figure[] = [];
    // No order is asked about twice: a payment of it would answer otherwise.
    let next = 1;
    for (const [name, { calls, trpc, rest }] of Object.entries(VERBS)) {
      const perSec = { trpc: [] as number[], rest: [] as number[] };
      for (let repeat = 0; repeat <= REPEATS; repeat++) {
        const count = repeat === 0 ? WARM_UP : calls;
        const overTrpc = await closedLoop(server, trpc, next, count);
        const overRest = await closedLoop(server, rest, next + count, count);
        next += 2 * count;
        if (repeat === 0) continue;
        perSec.trpc.push(overTrpc.perSec);
        perSec.rest.push(overRest.perSec);
        note(`${name} ${repeat}: tRPC ${told(overTrpc)}, REST ${told(overRest)}, load ${loadText()}`);
      }
      figures.push(figure(name, median(perSec.rest), median(perSec.trpc)));
    }
    return figures;
  } finally {
    for (const end of undo.reverse()) await end();
  }
}

function told({ perSec, cpuMs }: { perSec: number; cpuMs: number }): string {
  return `${Math.round(perSec)}/s at ${cpuMs.toFixed(1)} ms CPU a call`;
}

function figure(name: string, restPerSec: number, trpcPerSec: number): Figure {
  const ratio = restPerSec / trpcPerSec;
  return {
    name,
    value: rounded(restPerSec),
    unit: 'calls/s',
    floor: rounded(trpcPerSec),
    ratio: rounded(ratio),
    target: `ratio to tRPC >= ${TARGET_OF_TRPC}`,
    ok: ratio >= TARGET_OF_TRPC,
  };
}

/** @returns calls per second, and what each cost the server; each connection sending its next call after the answer to the one before */
async function closedLoop(
  server: BenchServer,
  call: Call,
  first: number,
  count: number,
): Promise<{ perSec: number; cpuMs: number }> {
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openConnection(server.url)),
  );
  let next = first;
  const cpuBeforeMs = await server.cpuMs();
  const startedMs = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < first + count) {
        const { status, body } = await connection.send(call(next++));
        if (status !== 200 && status !== 201) throw new Error(`a call was answered ${status}: ${body}`);
      }
    }),
  );
  const tookSec = (performance.now() - startedMs) / 1000;
  for (const connection of connections) connection.close();
  return { perSec: count / tookSec, cpuMs: ((await server.cpuMs()) - cpuBeforeMs) / count };
}
