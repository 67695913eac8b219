import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Statement } from '@/db/sql';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const modules = import.meta.glob<Record<string, Statement>>('../../../src/db/sql/*.ts', { eager: true });
const statements = Object.values(modules).flatMap((module) => Object.values(module));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
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
