import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyMigrations, MigrationError, migrationDiff } from '@/db/migrate';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const log = () => undefined;
const triggerSql = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT CHECK (length(body) > 0));
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only; always';
END $$;
CREATE TRIGGER notes_append_only BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE INDEX notes_partial ON notes (body) WHERE body <> 'x';`;

let database: TestDatabase;
let migrationsDir: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  migrationsDir = await mkdtemp(path.join(os.tmpdir(), 'tabsy-migrations-'));
  await writeFile(path.join(migrationsDir, 'migration_lock.toml'), 'provider = "postgresql"\n');
});

afterEach(async () => {
  await database.drop();
  await rm(migrationsDir, { recursive: true, force: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(migrationsDir, name), { recursive: true });
  await writeFile(path.join(migrationsDir, name, 'migration.sql'), sql);
}

const history = async () =>
  (
    await database.pool.query(
      `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS undone,
              applied_steps_count AS steps, logs
         FROM _prisma_migrations ORDER BY started_at`,
    )
  ).rows;

describe('applying migrations', () => {
  it('applies each once, in order, function bodies included, and notes it as the Prisma CLI does', async () => {
    await addMigration('0002_more', 'ALTER TABLE notes ADD COLUMN more TEXT;');
    await addMigration('0001_notes', triggerSql);

    expect(await applyMigrations(database.url, { log, migrationsDir })).toEqual({
      applied: ['0001_notes', '0002_more'],
    });
    expect(await applyMigrations(database.url, { log, migrationsDir })).toEqual({ applied: [] });
    expect(await history()).toEqual([
      { name: '0001_notes', finished: true, undone: false, steps: 1, logs: null },
      { name: '0002_more', finished: true, undone: false, steps: 1, logs: null },
    ]);
    await database.pool.query("INSERT INTO notes VALUES (1, 'a')");
    await expect(database.pool.query("UPDATE notes SET body = 'b'")).rejects.toThrow('append-only; always');
  });

  it('is done by exactly one of several nodes that start at once', async () => {
    await addMigration('0001_notes', triggerSql);
    await addMigration('0002_slow', 'SELECT pg_sleep(0.2); CREATE TABLE slow (id INTEGER PRIMARY KEY);');

    const results = await Promise.all(
      Array.from({ length: 4 }, () => applyMigrations(database.url, { log, migrationsDir })),
    );

    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2]);
    expect(await history()).toHaveLength(2);
  });

  it('names the migration, the error and its line, keeps nothing of it, and goes on once it is corrected', async () => {
    await addMigration('0001_notes', triggerSql);
    await addMigration(
      '0002_broken',
      'CREATE TABLE kept (id INTEGER);\nALTER TABLE nowhere ADD COLUMN x TEXT;',
    );

    const failure = await applyMigrations(database.url, { log, migrationsDir }).catch((error) => error);

    expect(failure).toBeInstanceOf(MigrationError);
    expect(failure).toMatchObject({ code: 'MIGRATION_FAILED', migration: '0002_broken' });
    expect(failure.message).toContain('relation "nowhere" does not exist (SQLSTATE 42P01)');
    expect((await database.pool.query("SELECT to_regclass('kept') AS kept")).rows).toEqual([{ kept: null }]);

    await addMigration('0002_broken', 'CREATE TABLE kept (id INTEGER);');
    expect(await applyMigrations(database.url, { log, migrationsDir })).toEqual({ applied: ['0002_broken'] });
    expect(await history()).toMatchObject([
      { name: '0001_notes', finished: true },
      { name: '0002_broken', finished: false, undone: true },
      { name: '0002_broken', finished: true, undone: false },
    ]);
  });

  it('refuses a migration that ends its own transaction', async () => {
    await addMigration('0001_commit', 'CREATE TABLE a (id INTEGER); COMMIT;');
    await expect(applyMigrations(database.url, { log, migrationsDir })).rejects.toThrow(
      'must not contain COMMIT',
    );
  });

  it.each([
    ['before its transaction ended', null, ['0002_more'], 2],
    ['after its transaction committed', 'applied: the transaction committed', [], 1],
  ])('recovers from a crash %s', async (_when, logs, appliedAgain, rows) => {
    await addMigration('0001_notes', triggerSql);
    await applyMigrations(database.url, { log, migrationsDir });
    await addMigration('0002_more', 'CREATE TABLE IF NOT EXISTS more (id INTEGER);');
    // What the engine leaves behind when the process dies between its two notes.
    await database.pool.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count, logs)
       VALUES ('crashed', 'x', '0002_more', now(), 0, $1)`,
      [logs],
    );

    expect(await applyMigrations(database.url, { log, migrationsDir })).toEqual({ applied: appliedAgain });
    expect((await history()).filter((row) => row.name === '0002_more')).toHaveLength(rows);
    expect((await history()).at(-1)).toMatchObject({ finished: true, logs: null });
  });

  it('tells that a migration was edited after it was applied', async () => {
    await addMigration('0001_notes', triggerSql);
    await applyMigrations(database.url, { log, migrationsDir });
    await addMigration('0001_notes', `${triggerSql}\n-- edited`);
    const lines: string[] = [];
    await applyMigrations(database.url, { log: (line) => lines.push(line), migrationsDir });
    expect(lines).toEqual([expect.stringContaining('0001_notes was edited')]);
  });
});

describe('drift', () => {
  const header = 'datasource db {\n  provider = "postgresql"\n}\n';

  it('is none between schema.prisma and the migrations of this project', async () => {
    expect(await migrationDiff(database.url)).toBe('');
  });

  it('is reported as SQL, without CHECKs, triggers and partial indexes', async () => {
    await addMigration('0001_notes', triggerSql);
    const schemaPath = path.join(migrationsDir, 'schema.prisma');
    const model = (extra: string) => `${header}model notes {\n id Int @id\n body String?\n${extra}}\n`;

    await writeFile(schemaPath, model(''));
    expect(await migrationDiff(database.url, { migrationsDir, schemaPath })).toBe('');
    await writeFile(schemaPath, model(' forgotten String?\n'));
    expect(await migrationDiff(database.url, { migrationsDir, schemaPath })).toContain(
      'ADD COLUMN     "forgotten"',
    );
  });
});
