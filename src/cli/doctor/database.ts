import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createDb, type Db } from '@/db/db';
import { createPool } from '@/db/pool';
import { assertServerVersion } from '@/db/server-version';
import { hasMigrations, readCurrencies, readDurability, readForeignOrder } from '@/db/sql/fitness';
import { readMigrations } from '@/db/sql/system-status';
import { readStoredFigures } from '@/services/system/figures';
import { explain } from '../command';
import { type Finding, fail, ok, warn } from './finding';

type Durability = {
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  maxConnections: number;
  now: Date;
};

const MAX_CLOCK_ERROR_MS = 5_000;
const MAX_LATE_SEC = 120;
/** Beside DATABASE_POOL_SIZE: the recovery's, and two for live events. */
const OTHER_CONNECTIONS = 20;

/** The database as it stands, and the currencies of its restaurants. */
export async function examineDatabase(
  url: string,
  poolSize: number,
): Promise<{ findings: Finding[]; currencies: string[] }> {
  const pool = createPool({
    url,
    max: 1,
    applicationName: 'tabsy-doctor',
    onError: () => undefined,
  });
  const db = createDb(pool);
  try {
    await assertServerVersion(pool);
    const server = await examineServer(db, poolSize);
    const missing = await missingMigrations(db);
    if (missing.length > 0) {
      const text = `${missing.join(', ')} are not applied: start a node of this version, or run npm run db:migrate.`;
      return { findings: [...server, warn('migrations', text)], currencies: [] };
    }
    const currencies = await db.query<{ currency: string }>(readCurrencies, []);
    return {
      findings: [...server, ok('migrations', 'all applied'), ...(await examineContent(db))],
      currencies: currencies.map(({ currency }) => currency),
    };
  } catch (error) {
    return { findings: [fail('database', explain(error))], currencies: [] };
  } finally {
    await pool.end();
  }
}

async function examineServer(db: Db, poolSize: number): Promise<Finding[]> {
  const server = await db.one<Durability>(readDurability, []);
  const weak = [
    ...(server.fsync === 'on' ? [] : ['fsync']),
    ...(server.fullPageWrites === 'on' ? [] : ['full_page_writes']),
    ...(server.synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ];
  const offMs = Math.abs(server.now.getTime() - Date.now());
  const nodes = Math.floor(server.maxConnections / (poolSize + OTHER_CONNECTIONS));
  return [
    ok('database', 'answers'),
    weak.length === 0
      ? ok('durability', 'what is committed survives a crash')
      : fail('durability', `${weak.join(', ')} off: a crash loses committed payments. Switch on.`),
    offMs < MAX_CLOCK_ERROR_MS
      ? ok('clock', `${Math.round(offMs)} ms from the database's`)
      : fail('clock', `${Math.round(offMs / 1000)} s from the database's: run NTP on both machines.`),
    nodes >= 2
      ? ok('connections', `${server.maxConnections}, enough for ${nodes} nodes`)
      : warn('connections', `max_connections ${server.maxConnections} serves ${nodes} node(s): raise it.`),
  ];
}

async function missingMigrations(db: Db): Promise<string[]> {
  const entries = await readdir(path.join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true });
  const wanted = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const known = await db.one<{ hasMigrations: boolean }>(hasMigrations, []);
  const applied = known.hasMigrations ? await db.query<{ name: string }>(readMigrations, []) : [];
  return wanted.filter((name) => !applied.some((one) => one.name === name)).sort();
}

async function examineContent(db: Db): Promise<Finding[]> {
  const { isForeign } = await db.one<{ isForeign: boolean }>(readForeignOrder, []);
  const { queues, jobs } = await readStoredFigures(db);
  const dead = queues.find(({ queue }) => queue === 'webhooks_dead')?.depth ?? 0;
  const late = jobs.filter(({ lateSec }) => lateSec > MAX_LATE_SEC).map(({ task }) => task);
  return [
    isForeign
      ? fail(
          'live events',
          'they come from another server with a higher transaction counter, so new ones would go unheard: see docs/operations.md, "Restore from a backup".',
        )
      : ok('live events', 'in the order of this server'),
    dead === 0
      ? ok('dead letters', 'none')
      : fail('dead letters', `${dead} events of Stripe were given up: replay them at /admin/webhooks.`),
    jobs.length === 0
      ? warn('worker', 'no worker has ever run on this database: start a node, or npm run worker.')
      : late.length === 0
        ? ok('worker', `${jobs.length} tasks, none late`)
        : fail('worker', `${late.join(', ')} have not run for minutes: is a worker running?`),
  ];
}
