import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import { Client } from 'pg';
import { SchemaEngineError, withSchemaEngine } from './schema-engine';
import { appliedMarker } from './schema-engine-adapter';

export type MigrationOptions = {
  log: (message: string) => void;
  /** `prisma/migrations` below the working directory when absent. */
  migrationsDir?: string;
};

/** A migration that PostgreSQL refused: nothing of it was kept. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code = 'MIGRATION_FAILED';

  constructor(
    readonly migration: string,
    readonly databaseMessage: string,
    cause: unknown,
  ) {
    super(
      `Migration ${migration} failed and was rolled back: ${databaseMessage}. Correct its SQL or the data, then start again.`,
      { cause },
    );
  }
}

/** Arbitrary; any two processes that migrate one database must use the same. */
const advisoryLockKey = '7236214071253';
/** Only for the connection: what a migration takes depends on the data. */
const connectTimeoutMs = 15_000;
const noFilter = { externalTables: [], externalEnums: [] };
const unfinished = 'finished_at IS NULL AND rolled_back_at IS NULL';

/**
 * Applies the migrations that the database lacks and returns their names in order. Safe when several nodes
 * start at once: one applies, the others wait on an advisory lock and find nothing to do. Each migration is
 * one transaction (so no CONCURRENTLY and no COMMIT in its SQL). One that was interrupted or failed is
 * applied again by the next call. Throws MigrationError; other errors mean that the database is away.
 */
export async function applyMigrations(
  databaseUrl: string,
  options: MigrationOptions,
): Promise<{ applied: string[] }> {
  const list = await readMigrations(options.migrationsDir ?? defaultMigrationsDir());
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'tabsy-migrate-lock',
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // A connection lost while waiting rejects the running query; the event itself must not end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await lock(client, options.log);
    const history = await recoverAndReadHistory(client);
    warnOfEdits(list, history ?? [], options.log);
    const finished = new Set(history?.filter((row) => row.isFinished).map((row) => row.name));
    if (history && list.migrationDirectories.every((entry) => finished.has(entry.path))) {
      return { applied: [] };
    }
    return { applied: await runEngine(databaseUrl, list, client, options.log) };
  } finally {
    await client.end();
  }
}

/**
 * SQL that would turn what the migrations produce into what schema.prisma says; empty when both agree. CHECK
 * constraints, triggers, functions and partial indexes are not part of Prisma's model (without its
 * `partialIndexes` preview the engine skips them), so they never count as drift. Uses a temporary database
 * beside the given one, whose content does not matter; the user needs CREATEDB.
 */
export async function migrationDiff(
  databaseUrl: string,
  options: { migrationsDir?: string; schemaPath?: string } = {},
): Promise<string> {
  const list = await readMigrations(options.migrationsDir ?? defaultMigrationsDir());
  const schemaPath = options.schemaPath ?? path.join(process.cwd(), 'prisma', 'schema.prisma');
  const schema = { path: schemaPath, content: await readFile(schemaPath, 'utf8') };
  const result = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...list },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      filters: noFilter,
    }),
  );
  const sql = (result.stdout ?? '').trim();
  return sql === '-- This is an empty migration.' ? '' : sql;
}

function defaultMigrationsDir(): string {
  return path.join(process.cwd(), 'prisma', 'migrations');
}

async function readMigrations(directory: string): Promise<MigrationList> {
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const lockfile = await readFile(path.join(directory, 'migration_lock.toml'), 'utf8').catch(() => null);
  const migrationDirectories = await Promise.all(
    names.map(async (name) => {
      const value = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
    }),
  );
  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

async function lock(client: Client, log: (message: string) => void): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    advisoryLockKey,
  ]);
  if (rows[0]?.taken) return;
  log('database: another process applies migrations, waiting for it');
  await client.query('SELECT pg_advisory_lock($1)', [advisoryLockKey]);
}

type HistoryRow = { name: string; checksum: string; isFinished: boolean };

/**
 * The engine notes a migration before and after its transaction, so a crash leaves a note without an end. The
 * marker inside the transaction tells which way it went: committed, and only the note is missing; or rolled
 * back, and the engine may apply it afresh. One statement, as it may have to wait for a dead node's COMMIT
 * that is still under way and must then judge the row as that left it. Null: never migrated.
 */
async function recoverAndReadHistory(client: Client): Promise<HistoryRow[] | null> {
  const table = await client.query("SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL");
  if (table.rowCount === 0) return null;
  await client.query(
    `UPDATE _prisma_migrations
        SET finished_at = CASE WHEN logs = $1 THEN now() END,
            applied_steps_count = CASE WHEN logs = $1 THEN 1 ELSE applied_steps_count END,
            rolled_back_at = CASE WHEN logs = $1 THEN NULL ELSE now() END,
            logs = CASE WHEN logs = $1 THEN NULL ELSE logs END
      WHERE ${unfinished}`,
    [appliedMarker],
  );
  const { rows } = await client.query<HistoryRow>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function warnOfEdits(list: MigrationList, history: HistoryRow[], log: (message: string) => void): void {
  for (const { path: name, migrationFile } of list.migrationDirectories) {
    const applied = history.find((row) => row.name === name && row.isFinished);
    if (!applied || migrationFile.content.tag !== 'ok') continue;
    const checksum = createHash('sha256').update(migrationFile.content.value).digest('hex');
    if (checksum !== applied.checksum) {
      log(`database: migration ${name} was edited after it was applied; the edit has no effect here`);
    }
  }
}

async function runEngine(
  databaseUrl: string,
  migrationsList: MigrationList,
  client: Client,
  log: (message: string) => void,
): Promise<string[]> {
  try {
    const result = await withSchemaEngine(databaseUrl, (engine) =>
      engine.applyMigrations({ migrationsList, filters: noFilter }),
    );
    await client.query('UPDATE _prisma_migrations SET logs = NULL WHERE logs = $1', [appliedMarker]);
    for (const name of result.appliedMigrationNames) log(`database: applied migration ${name}`);
    return result.appliedMigrationNames;
  } catch (error) {
    if (!(error instanceof SchemaEngineError) || !error.databaseMessage) throw error;
    const { rows } = await client.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations WHERE ${unfinished}`,
    );
    throw new MigrationError(rows[0]?.name ?? 'unknown', error.databaseMessage, error);
  }
}
