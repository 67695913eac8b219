import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions } from './bench';
import { backendCpuMs } from './cpu';
import { startBenchDatabase } from './database';
import { type Connection, openConnection, postBytes } from './http-client';
import { type Figure, loadText, note, percentile, rounded } from './report';
import { guestId, newKey, orderId, SUBTOTAL_MINOR, seed, TAX_MINOR, TIP_MINOR } from './seed';
import { type BenchServer, buildServer, startBenchServer, startBenchSimulator } from './server-process';

const DATABASE = 'creation';
const RATE_PER_SEC = 100;
const SECONDS = 20;
/** Payments that are there already: nobody runs on an empty table. */
const HISTORY = 5_000;
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
    await seed(database, { orders: HISTORY + WARM_UP + MEASURED, payments: HISTORY });
    const server = await startBenchServer({
      databaseUrl: await database.copy(DATABASE),
      simulatorUrl: simulator.url,
      mount: 'direct',
      profileDir,
    });
    undo.push(() => server.stop());
    await warmUp(server);
    await server.createCallMs();
    const before = { server: await server.cpuMs(), backends: backendCpuMs(DATABASE) };
    const { totalMs, refused, latestMs } = await openLoop(server, HISTORY + WARM_UP + 1, MEASURED);
    const serverMs = (await server.cpuMs()) - before.server;
    const backendsMs = (backendCpuMs(DATABASE) ?? Number.NaN) - (before.backends ?? Number.NaN);
    const callMs = await server.createCallMs();
    const overheadMs = [...totalMs].map(([order, ms]) => ms - (callMs.get(order) ?? 0));
    const inCalls = [...callMs.values()];
    note(
      `${MEASURED} payments at ${RATE_PER_SEC}/s, ${refused} refused, sent at most ${latestMs.toFixed(1)} ms late; processor call ` +
        `p50 ${percentile(inCalls, 50).toFixed(1)} ms, p99 ${percentile(inCalls, 99).toFixed(1)} ms; load ${loadText()}`,
    );
    const each = (ms: number) => `${(ms / MEASURED).toFixed(2)} ms`;
    note(`CPU a payment: server ${each(serverMs)}, PostgreSQL ${each(backendsMs)}`);
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

/** A few at a time, each after the answer to the one before: the code gets compiled, and no queue builds up. */
async function warmUp(server: BenchServer): Promise<void> {
  let next = HISTORY + 1;
  const worker = async () => {
    const connection = await openConnection(server.url);
    while (next <= HISTORY + WARM_UP) {
      const { status, body } = await connection.send(createRequest(next++));
      if (status !== 200) throw new Error(`payments.create was answered ${status}: ${body}`);
    }
    connection.close();
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** Times by order id, and how late the latest request left: a generator that cannot keep up would flatter the service. */
async function openLoop(
  server: BenchServer,
  first: number,
  count: number,
): Promise<{ totalMs: Map<string, number>; refused: number; latestMs: number }> {
  const idle: Connection[] = await Promise.all(Array.from({ length: 20 }, () => openConnection(server.url)));
  const totalMs = new Map<string, number>();
  const running: Promise<void>[] = [];
  let latestMs = 0;
  let refused = 0;
  const call = async (i: number) => {
    const request = createRequest(i);
    // In turn: one that nobody takes for 5 s is closed by the server.
    const connection = idle.shift() ?? (await openConnection(server.url));
    const sentMs = performance.now();
    const { status, body } = await connection.send(request);
    // Under overload some are told to come again: their time counts, and the first is shown.
    if (status !== 200 && refused++ === 0) note(`payments.create was answered ${status}: ${body}`);
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
  return { totalMs, refused, latestMs };
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
