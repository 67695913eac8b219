import type { PoolClient, QueryResult, QueryResultRow } from 'pg';

/** A statement prepared once per connection: the name stands for exactly this text, everywhere. */
export type Statement = {
  name: string;
  text: string;
  /**
   * Every parameter is a JSON list as text (json-list.ts), so that the calls of several can go as one with their lists
   * joined (lanes.ts). Its rows answer all of them: a caller takes its own.
   */
  takesLists?: true;
};

/** Runs prepared statements; rejects with pg's DatabaseError, whose `code` is the SQLSTATE. */
export type Sql = {
  query<Row extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]>;
  /** The only row; throws RowCountError on none or several. */
  one<Row extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row>;
  /** The only row or null; throws RowCountError on several. */
  maybeOne<Row extends QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row | null>;
};

/** A statement that must give one row gave another number: a mistake in the program or its data. */
export class RowCountError extends Error {
  override readonly name = 'RowCountError';

  constructor(statement: Statement, count: number) {
    super(`statement ${statement.name} gave ${count} rows where one was expected`);
  }
}

type Runner = Pick<PoolClient, 'query'>;

/** Told of each statement and transaction once it has ended. `error`: what it failed with. */
export type ObserveQuery = (
  kind: 'sql' | 'prisma' | 'transaction',
  name: string,
  ms: number,
  error: unknown,
) => void;

/**
 * The Sql functions on what `runner` returns per call, be it a pool or one connection of it. `timeoutMs`: how long each may
 * take instead of the pool's limit.
 */
export function sqlOn(runner: () => Runner, observe?: ObserveQuery, timeoutMs?: number): Sql {
  const limit = timeoutMs === undefined ? {} : { query_timeout: timeoutMs };
  return sqlOf(<Row extends QueryResultRow>({ name, text }: Statement, values: unknown[]) =>
    observed(observe, 'sql', name, async () => {
      const result: QueryResult<Row> = await runner().query<Row>({ name, text, values, ...limit });
      return result.rows;
    }),
  );
}

/** Runs `work` and tells `observe` how long it took, the wait for a connection included. */
export async function observed<T>(
  observe: ObserveQuery | undefined,
  kind: Parameters<ObserveQuery>[0],
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (observe === undefined) return work();
  const startedMs = performance.now();
  try {
    const value = await work();
    observe(kind, name, performance.now() - startedMs, null);
    return value;
  } catch (error) {
    observe(kind, name, performance.now() - startedMs, error);
    throw error;
  }
}

/** The Sql functions on top of one that answers all rows. */
export function sqlOf(query: Sql['query']): Sql {
  const maybeOne = async <Row extends QueryResultRow>(statement: Statement, values: unknown[]) => {
    const rows = await query<Row>(statement, values);
    if (rows.length > 1) throw new RowCountError(statement, rows.length);
    return rows[0] ?? null;
  };
  const one = async <Row extends QueryResultRow>(statement: Statement, values: unknown[]) => {
    const row = await maybeOne<Row>(statement, values);
    if (row === null) throw new RowCountError(statement, 0);
    return row;
  };
  return { query, one, maybeOne };
}
