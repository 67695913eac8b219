import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrisma } from '@/db/client';
import { assertServerVersion, UnsupportedServerVersionError } from '@/db/server-version';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { waitFor } from '../../support/wait-for';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
});

afterAll(() => database.drop());

describe('values from the database', () => {
  it('arrive as exact numbers, dates, exact decimals and parsed JSON', async () => {
    const { rows } = await database.pool.query(
      `SELECT 9007199254740991::bigint AS big, '{1,NULL,-2}'::bigint[] AS bigs, '{}'::bigint[] AS none,
              12.340::numeric AS price, '2026-03-01T12:00:00Z'::timestamptz AS at, '{"a":1}'::jsonb AS doc`,
    );
    expect(rows).toEqual([
      {
        big: Number.MAX_SAFE_INTEGER,
        bigs: [1, null, -2],
        none: [],
        price: '12.340',
        at: new Date('2026-03-01T12:00:00Z'),
        doc: { a: 1 },
      },
    ]);
  });

  it('are refused, not rounded, when an integer is too big', async () => {
    await expect(database.pool.query('SELECT 9007199254740993::bigint AS big')).rejects.toThrow(RangeError);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a connection that breaks while it is checked out', () => {
  it('does not end the process, whether its holder listens or not, and is replaced', async () => {
    const client = await database.pool.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    // Without a listener the connection's error event would be an uncaught exception, which fails this run.
    await waitFor('the connection is known to be broken', () =>
      client.query('SELECT 1').then(
        () => false,
        () => true,
      ),
    );
    client.release(true);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('statements in flight together on one connection', () => {
  const named = (name: string, text: string, values: unknown[] = []) => ({ name, text, values });

  it('each get their own rows and their own error, prepared or not', async () => {
    const client = await database.pool.connect();
    try {
      const results = await Promise.allSettled([
        client.query(named('p_value', 'SELECT $1::int AS n', [1])),
        client.query(named('p_value', 'SELECT $1::int AS n', [2])),
        client.query(named('p_divide', 'SELECT 1 / $1::int AS n', [0])),
        client.query(named('p_broken', 'SELEKT 1')),
        client.query(named('p_broken', 'SELEKT 1')),
        client.query('SELECT 3 AS n'),
        client.query(named('p_value', 'SELECT $1::int AS n', [4])),
      ]);
      expect(results.map((r) => (r.status === 'fulfilled' ? r.value.rows[0].n : r.reason.code))).toEqual([
        1,
        2,
        '22012',
        '42601',
        expect.any(String),
        3,
        4,
      ]);
      expect((await client.query(named('p_divide', 'SELECT 1 / $1::int AS n', [1]))).rows).toEqual([
        { n: 1 },
      ]);
    } finally {
      client.release();
    }
  });

  it('fail with 25P02 behind an error in a transaction, so nothing runs outside of it', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      const results = await Promise.allSettled([
        client.query('SELECT 1 / 0'),
        client.query(named('p_after', 'SELECT 1')),
      ]);
      expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : 'ok'))).toEqual([
        '22012',
        '25P02',
      ]);
      expect((await client.query('COMMIT')).command).toBe('ROLLBACK');
    } finally {
      client.release();
    }
  });
});

describe('Prisma on the same pool', () => {
  it('reads and writes beside hand-written SQL, also in its own transactions', async () => {
    const prisma = createPrisma(database.pool);
    const restaurant = { id: 'r1', name: 'One', currency: 'USD', timeZone: 'Europe/Berlin', version: 1n };
    await prisma.restaurant.create({ data: restaurant });
    const [, found] = await Promise.all([
      database.pool.query("UPDATE restaurants SET name = 'Uno' WHERE id = 'r1'"),
      prisma.restaurant.findUnique({ where: { id: 'r1' } }),
      ...Array.from({ length: 10 }, () => prisma.restaurant.count()),
    ]);
    expect(found?.version).toBe(1n);
    await prisma.$transaction(async (tx) => {
      await tx.restaurant.create({ data: { ...restaurant, id: 'r2' } });
      await tx.restaurant.update({ where: { id: 'r2' }, data: { name: 'Two' } });
    });
    await prisma
      .$transaction(async (tx) => {
        await tx.restaurant.create({ data: { ...restaurant, id: 'r3' } });
        throw new Error('undo');
      })
      .catch(() => undefined);
    const { rows } = await database.pool.query('SELECT id, name FROM restaurants ORDER BY id');
    expect(rows).toEqual([
      { id: 'r1', name: 'Uno' },
      { id: 'r2', name: 'Two' },
    ]);
    await prisma.$disconnect();
    expect((await database.pool.query('SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
  });
});

describe('the server version', () => {
  it('is accepted from 15 on, and an older one refused with what to do', async () => {
    await assertServerVersion(database.pool);
    const old = { query: async () => ({ rows: [{ server_version_num: '140012' }] }) } as never;
    const failure = await assertServerVersion(old).catch((error) => error);
    expect(failure).toBeInstanceOf(UnsupportedServerVersionError);
    expect(failure.message).toContain('PostgreSQL 14; this service needs 15');
  });
});
