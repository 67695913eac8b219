import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';
import { note } from './report';

export interface BenchDatabase {
  /** A copy of the migrated and seeded template. Returns its URL. */
  copy(name: string): Promise<string>;
  /** Runs SQL as superuser, on the template unless another database is named. */
  run(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const TEMPLATE = 'bench_template';
/** What makes a commit durable. The floor and the service are measured with the same. */
const DURABILITY = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** The embedded PostgreSQL as `npm start` runs it, on a fresh data directory. Asserts and prints what commits cost. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tabsy-bench-'));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const urlOf = (name: string) => {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  const run = async (sql: string, name = TEMPLATE) => {
    const client = new Client({ connectionString: urlOf(name) });
    await client.connect();
    try {
      return (await client.query(sql)).rows ?? [];
    } finally {
      await client.end();
    }
  };
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await assertDurable(run);
    await run(`CREATE DATABASE ${TEMPLATE}`, 'postgres');
    await applyMigrations(urlOf(TEMPLATE), { log: () => undefined });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    run,
    stop,
    async copy(name) {
      await run(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`, 'postgres');
      return urlOf(name);
    },
  };
}

async function assertDurable(run: BenchDatabase['run']): Promise<void> {
  const names = ['server_version', 'wal_sync_method', ...Object.keys(DURABILITY)];
  const list = names.map((name) => `'${name}'`).join(', ');
  const rows = await run(`SELECT name, setting FROM pg_settings WHERE name IN (${list})`, 'postgres');
  const settings = new Map(rows.map((row) => [String(row.name), String(row.setting)]));
  for (const [name, expected] of Object.entries(DURABILITY)) {
    if (settings.get(name) !== expected)
      throw new Error(`${name} is ${settings.get(name)}: figures would be worth nothing`);
  }
  note(`postgres: ${names.map((name) => `${name}=${settings.get(name)}`).join(' ')}`);
}
