import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions } from './bench';
import { startBenchDatabase } from './database';
import { type Connection, openConnection, postBytes } from './http-client';
import { type Figure, loadText, note, percentile, rounded } from './report';
import { guestId, newKey, orderId, SUBTOTAL_MINOR, seed, TAX_MINOR, TIP_MINOR } from './seed';
import { type BenchServer, buildServer, startBenchServer, startBenchSimulator } from './server-process';

const RATE_PER_SEC = 100;
const SECONDS = 20;
const WARM_UP = 500;
const MEASURED = RATE_PER_SEC * SECONDS;
const P50_TARGET_MS = 5;
const P99_TARGET_MS = 50;

/**
 * payments.create at a fixed rate, whatever the answers take (an open loop), against a simulator without latency. Own
 * overhead is what the caller waits beside the call to the processor.
 */
export async function benchCreate({ profileDir }: BenchOptions): Promise<Figure[]> {
  await buildServer();
  const simulator = await startBenchSimulator();
  const database = await startBenchDatabase();
  const undo: (() => Promise<unknown>)[] = [() => database.stop(), () => simulator.stop()];
  try {
    await seed(database, { orders: WARM_UP + MEASURED, payments: 0 });
    const server = await startBenchServer({
      databaseUrl: await database.copy('creation'),
      simulatorUrl: simulator.url,
      mount: 'direct',
      profileDir,
    });
    undo.push(() => server.stop());
    await openLoop(server, 1, WARM_UP);
    await server.createCallMs();
    const { totalMs, latestMs } = await openLoop(server, WARM_UP + 1, MEASURED);
    const callMs = await server.createCallMs();
    const overheadMs = [...totalMs].map(([order, ms]) => {
      const spentMs = callMs.get(order);
      if (spentMs === undefined) throw new Error(`no call to the processor for ${order}`);
      return ms - spentMs;
    });
    const inCalls = [...callMs.values()];
    note(
      `${MEASURED} payments at ${RATE_PER_SEC}/s, sent at most ${latestMs.toFixed(1)} ms late; processor call ` +
        `p50 ${percentile(inCalls, 50).toFixed(1)} ms, p99 ${percentile(inCalls, 99).toFixed(1)} ms; load ${loadText()}`,
    );
    return [figure(overheadMs, 50, P50_TARGET_MS), figure(overheadMs, 99, P99_TARGET_MS)];
  } finally {
    for (const end of undo.reverse()) await end();
  }
}

function figure(overheadMs: number[], percent: number, targetMs: number): Figure {
  const value = percentile(overheadMs, percent);
  return {
    name: `create-p${percent}`,
    value: rounded(value),
    unit: 'ms',
    floor: null,
    ratio: null,
    target: `< ${targetMs} ms own overhead`,
    ok: value < targetMs,
  };
}

/** Times by order id, and how late the latest request left: a generator that cannot keep up would flatter the service. */
async function openLoop(
  server: BenchServer,
  first: number,
  count: number,
): Promise<{ totalMs: Map<string, number>; latestMs: number }> {
  const idle: Connection[] = await Promise.all(Array.from({ length: 20 }, () => openConnection(server.url)));
  const totalMs = new Map<string, number>();
  const running: Promise<void>[] = [];
  let latestMs = 0;
  const call = async (i: number) => {
    const request = createRequest(i);
    const connection = idle.pop() ?? (await openConnection(server.url));
    const sentMs = performance.now();
    const { status, body } = await connection.send(request);
    if (status !== 200) throw new Error(`payments.create was answered ${status}: ${body}`);
    totalMs.set(orderId(i), performance.now() - sentMs);
    idle.push(connection);
  };
  const startedMs = performance.now();
  for (let k = 0; k < count; k++) {
    const dueMs = startedMs + (k * 1000) / RATE_PER_SEC;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    latestMs = Math.max(latestMs, performance.now() - dueMs);
    const answered = call(first + k);
    // Its failure is seen below; until then it must not end the process.
    answered.catch(() => undefined);
    running.push(answered);
  }
  await Promise.all(running);
  for (const connection of idle) connection.close();
  return { totalMs, latestMs };
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
