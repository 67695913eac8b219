import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { createApp } from '@/server/app';
import { retryEvents } from '@/services/inbox/retry';
import type { BenchOptions } from './bench';
import { type BenchDatabase, startBenchDatabase } from './database';
import { succeededEvent } from './events';
import { type Figure, loadText, median, note, rounded } from './report';
import { intentId, seed } from './seed';
import { type Recording, recordTransactions, replay } from './statements';

const EVENTS = 10_000;
const REPEATS = 5;
const EVENTS_PER_REPEAT = EVENTS / REPEATS;
/** A worker applies stored events one transaction after the other. */
const DATABASE_CONNECTIONS = 1;
const TARGET_OF_FLOOR = 0.4;

/**
 * 10,000 stored payment_intent.succeeded, applied by the worker's own function: the inbox after an outage. Beside it the bare
 * statements of the same transactions (decision 32), in turns, each on its own copy of one database.
 */
export async function benchReplay(_options: BenchOptions): Promise<Figure[]> {
  const database = await startBenchDatabase();
  const undo: (() => Promise<unknown>)[] = [() => database.stop()];
  try {
    await seed(database, { orders: EVENTS, payments: EVENTS });
    await storeEvents(database);
    const recordings = await recordService(database);
    const pool = createPool({
      url: await database.copy('floor'),
      max: DATABASE_CONNECTIONS,
      applicationName: 'tabsy-bench-floor',
      onError: () => undefined,
    });
    undo.push(() => pool.end());
    const service = await openService(await database.copy('service'));
    undo.push(() => service.close());

    const rates = { floor: [] as number[], service: [] as number[] };
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      await database.run('CHECKPOINT');
      const floorMs = await replay(pool, recordings[repeat] ?? []);
      await database.run('CHECKPOINT');
      const serviceMs = await service.apply(EVENTS_PER_REPEAT);
      rates.floor.push((EVENTS_PER_REPEAT / floorMs) * 1000);
      rates.service.push((EVENTS_PER_REPEAT / serviceMs) * 1000);
      note(
        `repeat ${repeat + 1}: floor ${Math.round(rates.floor.at(-1) ?? 0)}/s, ` +
          `service ${Math.round(rates.service.at(-1) ?? 0)}/s, load ${loadText()}`,
      );
    }
    for (const name of ['floor', 'service']) await assertApplied(database, name);
    const [value, floor] = [median(rates.service), median(rates.floor)];
    return [
      {
        name: 'replay',
        value: rounded(value),
        unit: 'events/s',
        floor: rounded(floor),
        ratio: rounded(value / floor),
        target: `ratio >= ${TARGET_OF_FLOOR}`,
        ok: value / floor >= TARGET_OF_FLOOR,
      },
    ];
  } finally {
    for (const end of undo.reverse()) await end();
  }
}

/** As the door leaves them when it cannot apply them; due in the order of their numbers, so that every copy takes the same. */
async function storeEvents(database: BenchDatabase): Promise<void> {
  for (let first = 1; first <= EVENTS; first += 1000) {
    const values = Array.from({ length: 1000 }, (_, k) => {
      const { body } = succeededEvent(first + k);
      return `(${first + k}, '${intentId(first + k)}', '${body.replaceAll("'", "''")}'::jsonb)`;
    });
    await database.run(`
      WITH given (i, intent, payload) AS (VALUES ${values.join(', ')}), event AS (
        INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, attempts, next_attempt_at)
        SELECT payload ->> 'id', payload ->> 'type', intent, now(), 'RETRY', 1, now() - interval '1 hour' + i * interval '1 ms'
        FROM given)
      INSERT INTO webhook_payloads (event_id, payload) SELECT payload ->> 'id', payload FROM given`);
  }
  await database.run('VACUUM ANALYZE webhook_events, webhook_payloads');
}

async function openService(databaseUrl: string) {
  const app = await createApp(loadEnv({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' }), {
    databaseUrl,
  });
  return {
    /** Returns how long it took, in milliseconds. */
    apply: async (count: number) => {
      const startedMs = performance.now();
      const tried = await retryEvents(app.deps, { limit: count });
      if (tried !== count) throw new Error(`${tried} of ${count} events were due`);
      return performance.now() - startedMs;
    },
    close: () => app.close(),
  };
}

/** What the service sends to the database for the stored events of each repeat. */
async function recordService(database: BenchDatabase): Promise<Recording[][]> {
  const service = await openService(await database.copy('recording'));
  await database.run('ALTER DATABASE recording SET synchronous_commit = off', 'postgres');
  const recordings: Recording[][] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++)
    recordings.push(
      await recordTransactions(async () => {
        await service.apply(EVENTS_PER_REPEAT);
      }),
    );
  await service.close();
  await assertApplied(database, 'recording');
  const shape = recordings[0]?.[0]?.map((flush) =>
    flush.map((statement) => (typeof statement === 'string' ? statement : statement.name)).join(', '),
  );
  note(`the floor's transaction, ${DATABASE_CONNECTIONS} connection: ${shape?.join(' | ')}`);
  return recordings;
}

async function assertApplied(database: BenchDatabase, name: string): Promise<void> {
  const [row] = await database.run(
    `SELECT (SELECT count(*)::int FROM webhook_events WHERE state = 'APPLIED') AS events,
       (SELECT count(*)::int FROM payments WHERE status = 'COMPLETED') AS payments,
       (SELECT count(*)::int FROM ledger_transactions) AS entries,
       (SELECT count(*)::int FROM order_payment_states WHERE state = 'PAID') AS orders`,
    name,
  );
  for (const [what, count] of Object.entries(row ?? {})) {
    if (count !== EVENTS) throw new Error(`database ${name}: ${count} of ${EVENTS} ${what}`);
  }
}
