import { runMigrations } from 'graphile-worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Statement } from '@/db/sql';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const modules = import.meta.glob<Record<string, unknown>>('../../../src/db/sql/*.ts', { eager: true });
const statements = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter(isStatement);

/** Beside statements, the files export what those are made of. */
function isStatement(exported: unknown): exported is Statement {
  return typeof exported === 'object' && exported !== null && 'name' in exported && 'text' in exported;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // One statement reads the worker's own tables, which it makes at its start.
  await runMigrations({ connectionString: database.url });
});

test('finds the statements', () => {
  expect(statements.length).toBeGreaterThan(150);
});

afterAll(() => database.drop());

test.each(statements)('PostgreSQL prepares $name on the migrated schema', async ({ name, text }) => {
  const prepare = text.startsWith('SET ') ? text : `PREPARE "${name}" AS ${text}`;
  await expect(database.pool.query(prepare)).resolves.toBeDefined();
});

test('statement names are unique: a name stands for exactly one text', () => {
  const names = statements.map((statement) => statement.name);
  expect(new Set(names).size).toBe(names.length);
});
