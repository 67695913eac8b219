import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { createApp } from '@/server/app';
import { MAX_RUNNING, MAX_TOGETHER } from '@/services/inbox/intake';
import type { BenchOptions } from './bench';
import { backendCpuMs } from './cpu';
import { type BenchDatabase, startBenchDatabase } from './database';
import { succeededEvent, WEBHOOK_PATH } from './events';
import { openConnection, postBytes } from './http-client';
import { type Figure, loadText, median, note, rounded } from './report';
import { seed } from './seed';
import { type BenchServer, buildServer, startBenchServer, startBenchSimulator } from './server-process';
import { type Recording, recordTransactions, replay } from './statements';

const REPEATS = 5;
const EVENTS_PER_REPEAT = 3_000;
const WARM_UP_EVENTS = 3_000;
const PAYMENTS = WARM_UP_EVENTS + REPEATS * EVENTS_PER_REPEAT;
/** As many transactions at a time as the service has under way; the floor gets as many connections. */
const DATABASE_CONNECTIONS = MAX_RUNNING;
/** Enough to fill every transaction under way: with fewer the floor, recorded without HTTP between, would replay fuller ones than the service makes. */
const HTTP_CONNECTIONS = MAX_RUNNING * MAX_TOGETHER;
const TARGET_OF_FLOOR = 0.4;
const TARGET_OF_MOUNTS = 4;

/**
 * payment_intent.succeeded, fully applied: by the direct mount, by the Next.js mount, and as the bare statements of the
 * same transactions (decision 32). The three take turns, each on its own copy of one database, so that whatever else the
 * machine does hits all of them.
 */
export async function benchWebhook({ profileDir }: BenchOptions): Promise<Figure[]> {
  await buildServer();
  const simulator = await startBenchSimulator();
  const database = await startBenchDatabase();
  const servers: BenchServer[] = [];
  const undo: (() => Promise<unknown>)[] = [() => database.stop(), () => simulator.stop()];
  try {
    await seed(database, { orders: PAYMENTS, payments: PAYMENTS });
    const recordings = await recordService(database);
    const pool = createPool({
      url: await database.copy('floor'),
      max: DATABASE_CONNECTIONS,
      applicationName: 'tabsy-bench-floor',
      onError: () => undefined,
    });
    undo.push(() => pool.end());
    for (const mount of ['direct', 'next'] as const) {
      const server = await startBenchServer({
        databaseUrl: await database.copy(mount),
        simulatorUrl: simulator.url,
        mount,
        profileDir,
      });
      servers.push(server);
      undo.push(() => server.stop());
    }
    const [direct, next] = servers;
    if (!direct || !next) throw new Error('two servers were started');

    const rates: Rates = { floor: [], direct: [], next: [] };
    for (let repeat = 0; repeat <= REPEATS; repeat++) {
      const { first, count } = partOf(repeat);
      const rate = (ms: number) => (count / ms) * 1000;
      await database.run('CHECKPOINT');
      const floor = rate(await replay(pool, recordings[repeat] ?? []));
      await database.run('CHECKPOINT');
      const straight = await deliver(direct, 'direct', first, count);
      await database.run('CHECKPOINT');
      const routed = await deliver(next, 'next', first, count);
      if (repeat === 0) continue;
      rates.floor.push(floor);
      rates.direct.push(rate(straight.tookMs));
      rates.next.push(rate(routed.tookMs));
      note(`repeat ${repeat}: floor ${Math.round(floor)}/s, load ${loadText()}; CPU an event:`);
      note(`  direct  ${Math.round(rate(straight.tookMs))}/s (${straight.cpuText})`);
      note(`  Next.js ${Math.round(rate(routed.tookMs))}/s (${routed.cpuText})`);
    }
    for (const name of ['floor', 'direct', 'next']) await assertApplied(database, name);
    return figures(rates);
  } finally {
    for (const end of undo.reverse()) await end();
  }
}

type Rates = Record<'floor' | 'direct' | 'next', number[]>;

/** Ratios are of what was measured in turn, repeat by repeat: from one repeat to the next the machine changes more. */
function figures({ direct, floor, next }: Rates): Figure[] {
  const ratioTo = (other: number[]) =>
    median(direct.map((rate, repeat) => rate / (other[repeat] ?? Number.NaN)));
  return [
    {
      name: 'webhook',
      value: rounded(median(direct)),
      unit: 'events/s',
      floor: rounded(median(floor)),
      ratio: rounded(ratioTo(floor)),
      target: `ratio >= ${TARGET_OF_FLOOR}`,
      ok: ratioTo(floor) >= TARGET_OF_FLOOR,
    },
    {
      name: 'webhook-mounts',
      value: rounded(median(direct)),
      unit: 'events/s',
      floor: rounded(median(next)),
      ratio: rounded(ratioTo(next)),
      target: `ratio >= ${TARGET_OF_MOUNTS} (floor: the Next.js mount)`,
      ok: ratioTo(next) >= TARGET_OF_MOUNTS,
    },
  ];
}

/** The events of one repeat; number 0 is the warm-up. */
function partOf(repeat: number): { first: number; count: number } {
  if (repeat === 0) return { first: 0, count: WARM_UP_EVENTS };
  return { first: WARM_UP_EVENTS + (repeat - 1) * EVENTS_PER_REPEAT, count: EVENTS_PER_REPEAT };
}

/** What the service sends to the database for the events of each repeat, as many coming at a time as `deliver` sends. */
async function recordService(database: BenchDatabase): Promise<Recording[][]> {
  const url = await database.copy('recording');
  await database.run('ALTER DATABASE recording SET synchronous_commit = off', 'postgres');
  const env = loadEnv({ NODE_ENV: 'test', DATABASE_URL: url, LOG_LEVEL: 'warn' });
  const app = await createApp(env, { databaseUrl: url });
  const receive = async (i: number) => {
    const { body, signature } = succeededEvent(i);
    const headers = { 'stripe-signature': signature, 'content-length': String(Buffer.byteLength(body)) };
    const request = new Request(`http://localhost${WEBHOOK_PATH}`, { method: 'POST', headers, body });
    const response = await app.fetch(request, { remoteAddress: '127.0.0.1', isEncrypted: false });
    if (response.status !== 200) throw new Error(`event ${i} was answered ${response.status}`);
  };
  const recordings: Recording[][] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const { first, count } = partOf(repeat);
    let next = first + 1;
    const worker = async () => {
      for (let i = next++; i <= first + count; i = next++) await receive(i);
    };
    recordings.push(
      await recordTransactions(async () => {
        await Promise.all(Array.from({ length: HTTP_CONNECTIONS }, worker));
      }),
    );
  }
  await app.close();
  await assertApplied(database, 'recording');
  const transactions = recordings.flat();
  const shape = transactions
    .at(-1)
    ?.map((flush) =>
      flush.map((statement) => (typeof statement === 'string' ? statement : statement.name)).join(', '),
    );
  note(`the floor's transaction, ${DATABASE_CONNECTIONS} connections: ${shape?.join(' | ')}`);
  note(`${(PAYMENTS / transactions.length).toFixed(1)} events a transaction`);
  return recordings;
}

/** Sends events `first`+1 to `first`+`count` over keep-alive connections, each as soon as the one before is answered. */
async function deliver(
  server: BenchServer,
  database: string,
  first: number,
  count: number,
): Promise<{ tookMs: number; cpuText: string }> {
  const requests = Array.from({ length: count }, (_, k) => {
    const { body, signature } = succeededEvent(first + k + 1);
    const headers = {
      'stripe-signature': signature,
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    };
    return postBytes(WEBHOOK_PATH, headers, body);
  });
  const connections = await Promise.all(
    Array.from({ length: HTTP_CONNECTIONS }, () => openConnection(server.url)),
  );
  let next = 0;
  const before = {
    server: await server.cpuMs(),
    own: process.cpuUsage(),
    backendsMs: backendCpuMs(database),
  };
  const startedMs = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let request = requests[next++]; request; request = requests[next++]) {
        const { status, body } = await connection.send(request);
        if (status !== 200) throw new Error(`an event was answered ${status}: ${body}`);
      }
    }),
  );
  const tookMs = performance.now() - startedMs;
  const own = process.cpuUsage(before.own);
  const serverMs = (await server.cpuMs()) - before.server;
  const ownMs = (own.user + own.system) / 1000;
  const backendsMs = (backendCpuMs(database) ?? Number.NaN) - (before.backendsMs ?? Number.NaN);
  for (const connection of connections) connection.close();
  const each = (ms: number) => `${(ms / count).toFixed(2)} ms`;
  const cpuText = `server ${each(serverMs)}, PostgreSQL ${each(backendsMs)}, generator ${each(ownMs)}`;
  return { tookMs, cpuText };
}

/** Every event left its traces everywhere: a fast answer that did nothing must not count. */
async function assertApplied(database: BenchDatabase, name: string): Promise<void> {
  const [row] = await database.run(
    `SELECT (SELECT count(*)::int FROM webhook_events WHERE state = 'APPLIED') AS events,
       (SELECT count(*)::int FROM payments WHERE status = 'COMPLETED' AND receipt_number IS NOT NULL) AS payments,
       (SELECT count(*)::int FROM ledger_transactions) AS entries,
       (SELECT count(*)::int FROM payment_audit_log) AS audits,
       (SELECT count(*)::int FROM outbox_events WHERE type = 'payment:completed') AS live,
       (SELECT count(*)::int FROM order_payment_states WHERE state = 'PAID') AS orders`,
    name,
  );
  for (const [what, count] of Object.entries(row ?? {})) {
    if (count !== PAYMENTS) throw new Error(`database ${name}: ${count} of ${PAYMENTS} ${what}`);
  }
}
