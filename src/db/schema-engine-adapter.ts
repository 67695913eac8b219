import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import { Pool } from 'pg';

/**
 * Written by a migration's own transaction into its `_prisma_migrations` row, so that a start after a crash
 * can tell "applied, but not yet noted" from "rolled back" (see recoverAndReadHistory in migrate.ts).
 */
export const appliedMarker = 'applied: the transaction committed';

/**
 * PrismaPg for the schema engine, with one change. PrismaPg splits a script at every semicolon and commits
 * each piece: function bodies break, and a failed migration stays half applied. Here a script is sent whole,
 * in one transaction.
 */
export class MigrationAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  /** The last error that PostgreSQL reported on a script, with its position spelled out. */
  lastDatabaseMessage: string | undefined;
  private readonly pools: Pool[] = [];

  constructor(private readonly databaseUrl: string) {}

  async connect(): Promise<SqlDriverAdapter> {
    return this.adapter(this.openPool(this.databaseUrl), async () => undefined);
  }

  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `tabsy_shadow_${randomUUID().replaceAll('-', '')}`;
    const server = this.openPool(this.databaseUrl);
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const url = new URL(this.databaseUrl);
    url.pathname = `/${name}`;
    const shadow = this.openPool(url.href);
    return this.adapter(shadow, async () => {
      await shadow.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
  }

  /** Closes what the engine left open. */
  async dispose(): Promise<void> {
    await Promise.all(this.pools.map((pool) => (pool.ending ? undefined : pool.end())));
  }

  private openPool(url: string): Pool {
    // One connection: the engine's own advisory lock is taken and freed on the same one.
    const pool = new Pool({ connectionString: url, max: 1, application_name: 'tabsy-migrate' });
    pool.on('error', () => undefined);
    this.pools.push(pool);
    return pool;
  }

  private async adapter(pool: Pool, dispose: () => Promise<void>): Promise<SqlDriverAdapter> {
    const inner = await new PrismaPg(pool).connect();
    return {
      provider: inner.provider,
      adapterName: inner.adapterName,
      queryRaw: (query) => queryCatalog(inner, query),
      executeRaw: (query) => inner.executeRaw(query),
      startTransaction: (isolation) => inner.startTransaction(isolation),
      getConnectionInfo: () => inner.getConnectionInfo?.() ?? { supportsRelationJoins: true },
      executeScript: (script) => this.runScript(pool, script),
      dispose,
    };
  }

  private async runScript(pool: Pool, script: string): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(script);
      if (client.getTransactionStatus() !== 'T') {
        throw new Error('a migration must not contain COMMIT or ROLLBACK: it runs in one transaction');
      }
      await markApplied(client);
      await client.query('COMMIT');
    } catch (error) {
      this.lastDatabaseMessage = explain(error, script);
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}

/** Columns of the engine's catalog queries that are of PostgreSQL's one-byte type "char". */
const characterColumns: Record<string, string> = {
  constraint_type: 'constr.contype AS constraint_type',
  confdeltype: 'con.confdeltype,',
  confupdtype: 'con.confupdtype,',
};

/** PrismaPg 7.10 refuses "char": read as text, and handed on as the character that the engine expects. */
async function queryCatalog(inner: SqlDriverAdapter, query: SqlQuery): Promise<SqlResultSet> {
  const found = Object.entries(characterColumns).filter(([, text]) => query.sql.includes(text));
  if (found.length === 0) return inner.queryRaw(query);
  let { sql } = query;
  for (const [name, text] of found) {
    const comma = text.endsWith(',') ? ',' : '';
    sql = sql.replace(text, `${text.split(/[ ,]/)[0]}::text AS ${name}${comma}`);
  }
  const result = await inner.queryRaw({ ...query, sql });
  const columnTypes = result.columnTypes.map((type, index) =>
    (result.columnNames[index] ?? '') in characterColumns ? ColumnTypeEnum.Character : type,
  );
  return { ...result, columnTypes };
}

async function markApplied(client: {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}) {
  const { rows } = await client.query("SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL");
  if (rows.length === 0) return;
  await client.query(
    'UPDATE _prisma_migrations SET logs = $1 WHERE finished_at IS NULL AND rolled_back_at IS NULL',
    [appliedMarker],
  );
}

/** PostgreSQL's message with its code and the line of the script that it points at. */
function explain(error: unknown, script: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, position, detail } = error as { code?: string; position?: string; detail?: string };
  const line = position ? ` at line ${script.slice(0, Number(position)).split('\n').length}` : '';
  return `${error.message}${code ? ` (SQLSTATE ${code})` : ''}${line}${detail ? `: ${detail}` : ''}`;
}
