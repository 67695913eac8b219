import { randomUUID } from 'node:crypto';
import { Client, type Pool } from 'pg';
import { inject } from 'vitest';
import { createPool } from '@/db/pool';
import { templateName } from './global-setup';
import { assertLedgerBalances } from './invariants';

export type TestDatabase = {
  url: string;
  pool: Pool;
  /**
   * Audits the ledger, then ends the pool and deletes the database, whoever else is still connected. Every test that has posted
   * anything ends here, so that none can skip the audit but by saying why its books do not balance.
   */
  drop(options?: { unbalanced: string }): Promise<void>;
};

/** A database of its own for a test file: the migrated template's copy, or an empty one. */
export async function createTestDatabase(
  options: { poolSize?: number; empty?: boolean } = {},
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${options.empty ? 'template1' : templateName}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  const pool = createPool({
    url: url.href,
    max: options.poolSize ?? 10,
    applicationName: 'tabsy-test',
    onError: () => undefined,
  });
  return {
    url: url.href,
    pool,
    drop: async (unlike) => {
      try {
        if (unlike === undefined && (await hasLedger(pool))) await assertLedgerBalances(pool);
      } finally {
        await pool.end();
        await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    },
  };
}

/** An empty database has none, nor one that a test took it from. */
async function hasLedger(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT to_regclass('payout_shares') IS NOT NULL AS has");
  return rows[0]?.has === true;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
