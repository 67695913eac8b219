import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { RowCountError } from '@/db/sql';
import type { Tx } from '@/db/transaction';
import { CommitUnknownError, HiddenFailureError, NestedConnectionError } from '@/db/transaction-errors';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const insert = { name: 'test_insert', text: 'INSERT INTO counters (id, value) VALUES ($1, $2)' };
const add = { name: 'test_add', text: 'UPDATE counters SET value = value + $2 WHERE id = $1' };
const read = { name: 'test_read', text: 'SELECT value FROM counters WHERE id = $1' };
const readAll = { name: 'test_read_all', text: 'SELECT id, value FROM counters ORDER BY id' };
const backend = { name: 'test_backend', text: 'SELECT pg_backend_pid() AS pid' };
type Value = { value: number };

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolSize: 4 });
  db = createDb(database.pool);
  await database.pool.query('CREATE TABLE counters (id INTEGER PRIMARY KEY, value BIGINT NOT NULL)');
  await database.pool.query(`CREATE TABLE late (id INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)`);
});

beforeEach(async () => {
  await database.pool.query('TRUNCATE counters; INSERT INTO counters VALUES (1, 0), (2, 0)');
});

afterAll(() => database.drop());

const counter = async (id: number) => (await db.one<Value>(read, [id])).value;

/** Resolves for everybody once `size` callers wait. */
function barrier(size: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= size) for (const go of waiting) go();
    });
}

describe('a transaction', () => {
  it('commits all writes when its function returns, and none when it throws', async () => {
    await db.transaction(async (tx) => {
      await tx.query(add, [1, 5]);
      await tx.query(add, [2, 7]);
    });
    const failure = db.transaction(async (tx) => {
      await tx.query(add, [1, 100]);
      throw new Error('changed my mind');
    });
    await expect(failure).rejects.toThrow('changed my mind');
    expect(await db.query(readAll, [])).toEqual([
      { id: 1, value: 5 },
      { id: 2, value: 7 },
    ]);
  });

  it('whose BEGIN is refused writes nothing and tells why, loosely begun or not', async () => {
    for (const beginsLoosely of [false, true]) {
      let statements = 0;
      const refused = db.transaction(
        async (tx) => {
          await tx.query(read, [1]);
          statements += 1;
          await tx.query(add, [1, 100]);
        },
        { beginsLoosely, isolation: 'NO SUCH LEVEL' as never },
      );
      await expect(refused).rejects.toThrow('syntax error');
      expect(statements).toBe(beginsLoosely ? 1 : 0);
      expect(await counter(1)).toBe(0);
    }
  });

  it('is repeated after a deadlock until both sides have committed', async () => {
    const bothLocked = barrier(2);
    let attempts = 0;
    const crossing = (first: number, second: number) => {
      let isFirstAttempt = true;
      return db.transaction(async (tx) => {
        attempts++;
        await tx.query(add, [first, 1]);
        if (isFirstAttempt) await bothLocked();
        isFirstAttempt = false;
        await tx.query(add, [second, 1]);
      });
    };
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(attempts).toBe(3);
    expect([await counter(1), await counter(2)]).toEqual([2, 2]);
  });

  it('reported bug “Prisma write conflicts that arrive under another code”: under PostgreSQL’s own code the transaction is repeated and reads the other one’s writes', async () => {
    let attempts = 0;
    await db.transaction(
      async (tx) => {
        attempts++;
        const { value } = await tx.one<Value>(read, [1]);
        // Another connection, on purpose outside this async context's guard.
        if (attempts === 1) await database.pool.query('UPDATE counters SET value = 10 WHERE id = 1');
        await tx.query(add, [1, value]);
      },
      { isolation: 'SERIALIZABLE' },
    );
    expect(attempts).toBe(2);
    expect(await counter(1)).toBe(20);
  });

  it('gives up after the allowed retries and does not repeat other errors', async () => {
    let attempts = 0;
    const conflict = Object.assign(new Error('conflict'), { code: '40001' });
    const failing = (error: Error, retries: number) =>
      db.transaction(
        () => {
          attempts++;
          return Promise.reject(error);
        },
        { retries },
      );
    await expect(failing(conflict, 2)).rejects.toBe(conflict);
    expect(attempts).toBe(3);
    attempts = 0;
    await expect(failing(new Error('ordinary'), 2)).rejects.toThrow('ordinary');
    expect(attempts).toBe(1);
  });

  it('runs afterCommit functions in order, with the writes visible, and never after a rollback', async () => {
    const seen: unknown[] = [];
    await db.transaction(async (tx) => {
      tx.afterCommit(async () => {
        seen.push(['first', await counter(1)]);
      });
      tx.afterCommit(() => {
        seen.push('second');
      });
      await tx.query(add, [1, 3]);
      expect(seen).toEqual([]);
    });
    await db
      .transaction(async (tx) => {
        tx.afterCommit(() => {
          seen.push('never');
        });
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(seen).toEqual([['first', 3], 'second']);
  });

  it('is not repeated when an afterCommit function fails with a retryable error', async () => {
    const conflict = Object.assign(new Error('conflict'), { code: '40001' });
    const run = db.transaction(async (tx) => {
      tx.afterCommit(() => Promise.reject(conflict));
      await tx.query(add, [1, 1]);
    });
    await expect(run).rejects.toBe(conflict);
    expect(await counter(1)).toBe(1);
  });

  it('ends with its lock timeout instead of waiting', async () => {
    const holder = await database.pool.connect();
    await holder.query('BEGIN; UPDATE counters SET value = 1 WHERE id = 1');
    const waiting = db.transaction((tx) => tx.query(add, [1, 1]), { lockTimeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({ code: '55P03' });
    await holder.query('ROLLBACK');
    holder.release();
  });

  it('says so when a failed statement was hidden, as nothing was kept', async () => {
    const hiding = db.transaction(async (tx) => {
      await tx.query(add, [1, 1]);
      await tx.query(insert, [1, 0]).catch(() => undefined);
    });
    await expect(hiding).rejects.toBeInstanceOf(HiddenFailureError);
    expect(await counter(1)).toBe(0);
  });

  it('cannot be used once it is over', async () => {
    let escaped: Tx | undefined;
    await db.transaction(async (tx) => {
      escaped = tx;
    });
    await expect(escaped?.query(read, [1])).rejects.toThrow('this transaction is over');
  });
});

describe('a savepoint', () => {
  it('undoes its own writes and hooks on an error and lets the rest commit', async () => {
    const seen: string[] = [];
    const outcome = await db.transaction(async (tx) => {
      await tx.query(add, [1, 1]);
      const failed = await tx.savepoint(async () => {
        tx.afterCommit(() => {
          seen.push('undone');
        });
        await tx.query(add, [1, 100]);
        await tx.query(insert, [1, 0]);
      });
      const kept = await tx.savepoint(async () => {
        await tx.savepoint(() => tx.query(insert, [2, 0]));
        await tx.query(add, [2, 1]);
        return 'kept';
      });
      return [failed, kept];
    });
    expect(outcome).toEqual([
      { ok: false, error: expect.objectContaining({ code: '23505' }) },
      { ok: true, value: 'kept' },
    ]);
    expect(seen).toEqual([]);
    expect([await counter(1), await counter(2)]).toEqual([1, 1]);
  });
});

describe('a second connection inside a transaction', () => {
  it('is refused, for statements and for nested transactions, however deep in the call', async () => {
    const deep = async () => db.one(read, [1]);
    await expect(db.transaction(() => deep())).rejects.toBeInstanceOf(NestedConnectionError);
    await expect(db.transaction(() => db.transaction(async () => 1))).rejects.toBeInstanceOf(
      NestedConnectionError,
    );
  });

  it('is no longer refused after the commit, nor for others at the same time', async () => {
    const [value] = await Promise.all([counter(1), db.transaction((tx) => tx.one<Value>(read, [2]))]);
    expect(value).toBe(0);
    expect(await counter(1)).toBe(0);
  });

  it('never hangs: four times as many transactions as connections queue and finish', async () => {
    await Promise.all(Array.from({ length: 16 }, () => db.transaction((tx) => tx.query(add, [1, 1]))));
    expect(await counter(1)).toBe(16);
  });
});

describe('a lost connection', () => {
  const terminate = async (pid: number) => {
    await database.pool.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  };

  it('before COMMIT keeps nothing, frees the pool and does not end the process', async () => {
    const lost = db.transaction(async (tx) => {
      await tx.query(add, [1, 1]);
      await terminate((await tx.one<{ pid: number }>(backend, [])).pid);
      await tx.query(add, [1, 1]);
    });
    await expect(lost).rejects.toThrow();
    await expect(lost).rejects.not.toBeInstanceOf(CommitUnknownError);
    expect(await counter(1)).toBe(0);
  });

  it('during COMMIT is reported as unknown and never repeated', async () => {
    let attempts = 0;
    const lost = db.transaction(async (tx) => {
      attempts++;
      await tx.query(add, [1, 1]);
      await terminate((await tx.one<{ pid: number }>(backend, [])).pid);
    });
    await expect(lost).rejects.toBeInstanceOf(CommitUnknownError);
    expect(attempts).toBe(1);
    expect(await counter(1)).toBe(0);
  });

  it('is not what a refused COMMIT is: a deferred constraint rejects with its own code', async () => {
    const late = { name: 'test_late', text: 'INSERT INTO late VALUES (1), (1)' };
    await expect(db.transaction((tx) => tx.query(late, []))).rejects.toMatchObject({ code: '23505' });
  });
});

describe('one and maybeOne', () => {
  it('refuse other numbers of rows than they promise', async () => {
    expect(await db.maybeOne(read, [99])).toBeNull();
    await expect(db.one(read, [99])).rejects.toBeInstanceOf(RowCountError);
    await expect(db.maybeOne(readAll, [])).rejects.toBeInstanceOf(RowCountError);
  });
});
