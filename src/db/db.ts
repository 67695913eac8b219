import type { Pool } from 'pg';
import { type ObserveQuery, type Sql, sqlOn } from './sql';
import { assertOutsideTransaction, type TransactionOptions, type Tx, transaction } from './transaction';

/** Hand-written SQL on a pool: single statements, each on its own, and transactions. */
export type Db = Sql & {
  transaction<T>(fn: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
};

/**
 * The Db of a pool. Its functions throw NestedConnectionError when called inside a running transaction of the
 * same async context: with all connections taken by transactions that wait for one more, nothing would move.
 * `timeoutMs`: how long each statement may take instead of the pool's limit.
 */
export function createDb(pool: Pool, observe?: ObserveQuery, timeoutMs?: number): Db {
  const guarded = () => {
    assertOutsideTransaction('db.query');
    return pool;
  };
  return {
    ...sqlOn(guarded, observe, timeoutMs),
    transaction: (fn, options) => transaction(pool, fn, options, observe, timeoutMs),
  };
}
