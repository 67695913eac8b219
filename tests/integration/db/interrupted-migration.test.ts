import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyMigrations } from '@/db/migrate';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { waitFor } from '../../support/wait-for';

const project = fileURLToPath(new URL('../../..', import.meta.url));
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2, empty: true });
  folder = await mkdtemp(path.join(tmpdir(), 'tabsy-migrations-'));
  await cp('prisma/migrations/migration_lock.toml', path.join(folder, 'migration_lock.toml'));
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function migration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'migration.sql'), sql);
}

test('a start that is killed in the middle of a migration leaves nothing of it, and the next start goes on', async () => {
  await migration('0001_first', 'CREATE TABLE gate (id int); INSERT INTO gate VALUES (1);');
  await applyMigrations(database.url, { log: () => undefined, migrationsDir: folder });
  // Waits for a row that this test holds, so that it is surely killed inside.
  await migration(
    '0002_second',
    'CREATE TABLE second (id int); UPDATE gate SET id = 2; CREATE TABLE third (id int);',
  );
  const gate = await database.pool.connect();
  await gate.query('BEGIN; SELECT 1 FROM gate FOR UPDATE');

  const child = spawn(
    process.execPath,
    [
      '--import',
      new URL(import.meta.resolve('tsx')).href,
      path.join(project, 'tests/integration/db/fixtures/migrate.ts'),
      database.url,
      folder,
    ],
    {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  await waitFor('the migration to wait at the gate', async () => {
    // Not over the gate's connection: within a transaction this view does not change.
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND application_name = 'tabsy-migrate'`,
    );
    return rows[0].n > 0;
  });
  child.kill('SIGKILL');
  await exited;

  // The next start may come before the server has noticed that the first is dead.
  const next = applyMigrations(database.url, { log: () => undefined, migrationsDir: folder });
  await gate.query('ROLLBACK');
  gate.release();
  // What the server went on with by itself counts as applied already.
  expect([[], ['0002_second']]).toContainEqual((await next).applied);
  const { rows } = await database.pool.query(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  expect(rows).toEqual([
    { name: '0001_first', done: true },
    { name: '0002_second', done: true },
  ]);
  expect((await database.pool.query('SELECT id FROM gate')).rows).toEqual([{ id: 2 }]);
  await database.pool.query('SELECT FROM second, third');
});
