import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startTestApp } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';

/* The audit at the end of every test database must be able to fail, or it proves nothing. */

/** One posting without its other half. The database's own triggers refuse it, so they are off for this session. */
async function unbalance({ pool }: TestDatabase): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(
      `WITH made AS (
         INSERT INTO ledger_transactions (id, restaurant_id, currency, fact_key, occurred_at, business_day)
         VALUES ($1, 'r-1', 'USD', 'capture:forged', now(), current_date) RETURNING id)
       INSERT INTO ledger_postings (transaction_id, line, account, amount) SELECT id, 1, 'SALES', -1 FROM made`,
      [randomUUID()],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

const exists = async (database: TestDatabase, watcher: TestDatabase) => {
  const name = new URL(database.url).pathname.slice(1);
  const { rowCount } = await watcher.pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
};

test('dropping a test database whose ledger is out of balance fails, and drops it all the same', async () => {
  const watcher = await createTestDatabase({ poolSize: 1 });
  const forged = await createTestDatabase({ poolSize: 1 });
  await unbalance(forged);
  expect(await exists(forged, watcher)).toBe(true);
  await expect(forged.drop()).rejects.toThrow('every set of postings sums to zero');
  expect(await exists(forged, watcher)).toBe(false);

  const onPurpose = await createTestDatabase({ poolSize: 1 });
  await unbalance(onPurpose);
  await onPurpose.drop({ unbalanced: 'this test forged it' });
  expect(await exists(onPurpose, watcher)).toBe(false);
  await watcher.drop();
});

test('stopping a test app whose ledger is out of balance fails', async () => {
  const app = await startTestApp();
  await unbalance(app.database);
  await expect(app.stop()).rejects.toThrow('every set of postings sums to zero');
});

test('a database without a ledger has nothing to audit', async () => {
  const empty = await createTestDatabase({ empty: true, poolSize: 1 });
  await expect(empty.drop()).resolves.toBeUndefined();
});
