import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions } from './bench';
import { startBenchDatabase } from './database';
import { succeededEvent, WEBHOOK_PATH } from './events';
import { type Connection, getBytes, openConnection, postBytes } from './http-client';
import { type Figure, note, percentile, rounded } from './report';
import { guestId, newKey, orderId, SUBTOTAL_MINOR, seed, TAX_MINOR, TIP_MINOR } from './seed';
import { buildServer, startBenchServer, startBenchSimulator } from './server-process';
import { type Point, slopeOf } from './slope';

const MINUTES = 10;
/** A share of the time until caches are full and code is compiled; it counts for nothing but failures. */
const WARM_UP_SHARE = 0.25;
const SAMPLE_MS = 2_000;
/** Far below what a node carries: it is time that shows a leak, not pressure. */
const PER_SEC = { create: 5, webhook: 5, read: 10, rest: 5 };
const HEAP_TARGET = 0.5;
const RSS_TARGET = 2;
const MIB = 2 ** 20;

/**
 * Steady mixed load on the built server: payments are created, captured by webhooks and read over both APIs. The slopes of heap
 * (after garbage collection) and resident set tell a leak; nothing may fail.
 */
export async function benchSoak({ minutes = MINUTES, profileDir }: BenchOptions): Promise<Figure[]> {
  await buildServer();
  const seconds = Math.round(minutes * 60);
  const payments = PER_SEC.webhook * (seconds + 1);
  const simulator = await startBenchSimulator();
  const database = await startBenchDatabase();
  const undo: (() => Promise<unknown>)[] = [() => database.stop(), () => simulator.stop()];
  try {
    await seed(database, { orders: payments + PER_SEC.create * (seconds + 1), payments });
    const server = await startBenchServer({
      databaseUrl: await database.copy('soak'),
      simulatorUrl: simulator.url,
      mount: 'direct',
      profileDir,
    });
    undo.push(() => server.stop());
    const pool = createClientPool(server.url);
    const requests: Record<keyof typeof PER_SEC, (i: number) => Buffer> = {
      create: (i) => createRequest(payments + i),
      webhook: (i) => {
        const { body, signature } = succeededEvent(i);
        return postBytes(WEBHOOK_PATH, { 'stripe-signature': signature }, body);
      },
      read: (i) => readRequest(1 + (i % payments)),
      rest: (i) => restRequest(1 + (i % payments)),
    };
    const startedMs = performance.now();
    const endMs = startedMs + seconds * 1000;
    const samples: { minute: number; rssBytes: number; heapBytes: number }[] = [];
    const sampling = sample(endMs, async () => {
      const minute = (performance.now() - startedMs) / 60_000;
      samples.push({ minute, ...(await server.memory()) });
    });
    await Promise.all(
      (Object.keys(PER_SEC) as (keyof typeof PER_SEC)[]).map((kind) =>
        steadily(PER_SEC[kind], seconds, (i) => pool.send(requests[kind](i))),
      ),
    );
    await sampling;
    pool.close();
    const [{ applied } = {}] = await database.run(
      `SELECT count(*)::int AS applied FROM webhook_events WHERE state = 'APPLIED'`,
      'soak',
    );
    note(
      `${pool.times.length} requests in ${seconds} s, ${applied} events applied; ${samples.length} samples of memory`,
    );
    const steady = samples.filter(({ minute }) => minute >= minutes * WARM_UP_SHARE);
    const slope = (pick: (one: (typeof samples)[number]) => number) =>
      slopeOf(steady.map((one): Point => ({ x: one.minute, y: pick(one) / MIB }))).slope;
    const last = steady.at(-1);
    const heap = slope(({ heapBytes }) => heapBytes);
    const rss = slope(({ rssBytes }) => rssBytes);
    return [
      figure('failed requests', pool.failures(), '', 'none', pool.failures() === 0),
      figure(
        'answers, p99',
        percentile(pool.times, 99),
        'ms',
        'under 100 ms',
        percentile(pool.times, 99) < 100,
      ),
      figure('heap slope', heap, 'MiB/min', `under ${HEAP_TARGET} MiB/min after warm-up`, heap < HEAP_TARGET),
      figure('resident slope', rss, 'MiB/min', `under ${RSS_TARGET} MiB/min after warm-up`, rss < RSS_TARGET),
      figure('resident at the end', (last?.rssBytes ?? 0) / MIB, 'MiB', 'told, not judged', true),
    ];
  } finally {
    for (const end of undo.reverse()) await end();
  }
}

/** So many calls a second, whatever the answers take. The i-th is called with i, from 1 on. */
async function steadily(perSec: number, seconds: number, call: (i: number) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  const running: Promise<void>[] = [];
  for (let i = 1; i <= perSec * seconds; i++) {
    const earlyMs = startedMs + (i * 1000) / perSec - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    running.push(call(i));
  }
  await Promise.all(running);
}

async function sample(endMs: number, take: () => Promise<void>): Promise<void> {
  while (performance.now() < endMs) {
    await take();
    await delay(SAMPLE_MS);
  }
}

/** Connections that are used in turn, and what came over them: how long each answer took, and how many were none. */
function createClientPool(url: string) {
  const idle: Connection[] = [];
  const times: number[] = [];
  let failures = 0;
  return {
    times,
    failures: () => failures,
    async send(request: Buffer): Promise<void> {
      const connection = idle.pop() ?? (await openConnection(url));
      const sentMs = performance.now();
      const { status, body } = await connection.send(request).catch((error: Error) => ({
        status: 0,
        body: error.message,
      }));
      times.push(performance.now() - sentMs);
      if (status !== 200 && failures++ === 0) note(`answered ${status}: ${body.slice(0, 300)}`);
      if (status === 0) connection.close();
      else idle.push(connection);
    },
    close: () => {
      for (const connection of idle) connection.close();
    },
  };
}

function createRequest(i: number): Buffer {
  const input = {
    orderId: orderId(i),
    tipMinor: TIP_MINOR,
    billMinor: SUBTOTAL_MINOR + TAX_MINOR,
    idempotencyKey: newKey(),
  };
  return postBytes(
    '/api/trpc/payments.create',
    { 'x-session-id': guestId(i) },
    JSON.stringify({ json: input }),
  );
}

function readRequest(i: number): Buffer {
  const input = encodeURIComponent(JSON.stringify({ json: { orderId: orderId(i) } }));
  return getBytes(`/api/trpc/orders.get?input=${input}`, { 'x-session-id': guestId(i) });
}

function restRequest(i: number): Buffer {
  return getBytes(`/api/v1/orders/${orderId(i)}`, { 'x-session-id': guestId(i) });
}

function figure(name: string, value: number, unit: string, target: string, ok: boolean): Figure {
  return { name, value: rounded(value), unit, floor: null, ratio: null, target, ok };
}
