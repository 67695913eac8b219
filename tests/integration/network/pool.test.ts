import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { createPool } from '@/db/pool';
import { isDatabaseUnavailable } from '@/services/database-errors';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy';

const TIMEOUT_MS = 500;
const add = { name: 'add', text: 'UPDATE counters SET n = n + 1 RETURNING n' };
const nap = { name: 'nap', text: 'SELECT pg_sleep($1)' };

let database: TestDatabase;
let proxy: FaultProxy;
let pool: ReturnType<typeof createPool>;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2, empty: true });
  await database.pool.query('CREATE TABLE counters (n int); INSERT INTO counters VALUES (0)');
  proxy = await startFaultProxy(database.url);
  const url = proxy.through(database.url);
  pool = createPool({
    url,
    max: 1,
    applicationName: 'test-limits',
    timeoutMs: TIMEOUT_MS,
    onError: () => undefined,
  });
  db = createDb(pool);
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await pool.end();
  await proxy.close();
  await database.drop();
});

const unavailable = (call: Promise<unknown>) => call.then(() => 'done', isDatabaseUnavailable);

test('a transaction whose connection goes silent loses its locks after the server’s idle timeout', async () => {
  const lost = db.transaction(async (tx) => {
    await tx.query(add, []);
    proxy.silence();
    await tx.query(add, []);
  });
  expect(await unavailable(lost)).toBe(true);
  await proxy.heal();
  await database.pool.query(`SET lock_timeout = '30s'`);
  expect((await database.pool.query(add.text)).rows).toEqual([{ n: 1 }]);
  expect(await db.one(add, [])).toEqual({ n: 2 });
});

test('a wait for the only connection ends', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holder = db.transaction(() => held);
  expect(await unavailable(db.query(nap, [0]))).toBe(true);
  release();
  await holder;
  expect(await unavailable(db.query(nap, [0]))).toBe('done');
});

test('a statement ends at the limit of its pool, or at the one that was asked for', async () => {
  const napSec = (TIMEOUT_MS * 2) / 1000;
  expect(await unavailable(db.query(nap, [napSec]))).toBe(true);
  const patient = createDb(pool, undefined, TIMEOUT_MS * 20);
  expect(await unavailable(patient.query(nap, [napSec]))).toBe('done');
  expect(await unavailable(patient.transaction((tx) => tx.query(nap, [napSec])))).toBe('done');
});
