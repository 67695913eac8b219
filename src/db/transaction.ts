import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { type ObserveQuery, observed, type Sql, sqlOn } from './sql';
import {
  CommitUnknownError,
  HiddenFailureError,
  isDefiniteRefusal,
  isRetryable,
  NestedConnectionError,
  needsWholeRetry,
} from './transaction-errors';

export type SavepointResult<T> = { ok: true; value: T } | { ok: false; error: unknown };

export type Tx = Sql & {
  /**
   * Runs `fn` under a savepoint: when it throws, its writes are undone, its error is returned, and the
   * transaction goes on. A deadlock is returned like any error (throw it on to repeat the whole); only a
   * serialization failure and a lost connection are thrown, as nothing can go on after them.
   */
  savepoint<T>(fn: () => Promise<T>): Promise<SavepointResult<T>>;
  /** Runs after the commit, in order of registration; never when the transaction did not commit. */
  afterCommit(fn: () => void | Promise<void>): void;
};

export type TransactionOptions = {
  /** READ COMMITTED when absent. */
  isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  /** How often to repeat after a conflict; 3 when absent. */
  retries?: number;
  lockTimeoutMs?: number;
  statementTimeoutMs?: number;
  /**
   * BEGIN travels with the first statements, which saves a round trip. Where the server refuses it (a cancel that hits it), they
   * stand alone and nothing undoes them: only for a transaction that begins with reads, locks or the claim of a key.
   */
  beginsLoosely?: boolean;
};

type Hook = () => void | Promise<void>;
type State = { isOpen: boolean; savepoints: number; hooks: Hook[] };

const defaultRetries = 3;
const backoffBaseMs = 10;
const backoffMaxMs = 250;
const current = new AsyncLocalStorage<State>();

/** Throws NestedConnectionError when called inside a running transaction of the same async context. */
export function assertOutsideTransaction(what: string): void {
  if (current.getStore()?.isOpen) throw new NestedConnectionError(what);
}

/**
 * Runs `fn` in a transaction on one connection: commit when it returns, rollback when it throws. After a
 * conflict (isRetryable) everything is repeated with growing, jittered pauses, so `fn` must do nothing
 * outside the database: calls to Stripe and the like belong before, after, or in `tx.afterCommit`.
 *
 * Throws what `fn` throws; CommitUnknownError when the connection broke during COMMIT; HiddenFailureError
 * when `fn` swallowed a statement's failure. An error of an afterCommit function is thrown as it is, with the
 * transaction committed and the functions after it not run.
 */
export async function transaction<T>(
  pool: Pool,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
  observe?: ObserveQuery,
  timeoutMs?: number,
): Promise<T> {
  assertOutsideTransaction('transaction()');
  const { value, hooks } = await observed(observe, 'transaction', '', () =>
    withRetries(() => runOnce(pool, fn, options, observe, timeoutMs), options.retries),
  );
  for (const hook of hooks) await hook();
  return value;
}

async function withRetries<T>(attempt: () => Promise<T>, retries = defaultRetries): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= retries || !isRetryable(error)) throw error;
      const ceilingMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** failures);
      await delay((ceilingMs * (1 + Math.random())) / 2);
    }
  }
}

async function runOnce<T>(
  pool: Pool,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions,
  observe: ObserveQuery | undefined,
  timeoutMs: number | undefined,
): Promise<{ value: T; hooks: Hook[] }> {
  const state: State = { isOpen: true, savepoints: 0, hooks: [] };
  const client = await pool.connect();
  let broken: Error | undefined;
  // Without a listener a connection that breaks while in use would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  const begun = client.query(beginText(options));
  // Its answer comes before any other: where it is a refusal, no statement follows those that were sent with it.
  begun.catch(() => {
    state.isOpen = false;
  });
  try {
    if (options.beginsLoosely !== true) await begun;
    const value = await current.run(state, () => fn(txOn(client, state, observe, timeoutMs)));
    await begun;
    state.isOpen = false;
    await commit(client);
    return { value, hooks: state.hooks };
  } catch (error) {
    state.isOpen = false;
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken ??= failure;
    });
    // What failed without a transaction failed because of that.
    await begun;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function commit(client: PoolClient): Promise<void> {
  const result = await client.query('COMMIT').catch((error: unknown) => {
    throw isDefiniteRefusal(error) ? error : new CommitUnknownError(error);
  });
  if (result.command !== 'COMMIT') throw new HiddenFailureError();
}

function txOn(
  client: PoolClient,
  state: State,
  observe: ObserveQuery | undefined,
  timeoutMs: number | undefined,
): Tx {
  const open = () => {
    if (!state.isOpen) throw new Error('this transaction is over: await everything inside it');
    return client;
  };
  return {
    ...sqlOn(open, observe, timeoutMs),
    savepoint: (fn) => savepoint(open, state, fn),
    afterCommit: (fn) => {
      open();
      state.hooks.push(fn);
    },
  };
}

async function savepoint<T>(
  open: () => PoolClient,
  state: State,
  fn: () => Promise<T>,
): Promise<SavepointResult<T>> {
  const name = `s${++state.savepoints}`;
  const hooksBefore = state.hooks.length;
  // Not waited for: it travels with the first statements of `fn`, and if it fails, they fail. Nor is it released: the
  // COMMIT does that, and its name is used once. Each would cost a round trip.
  const isSet = open().query(`SAVEPOINT ${name}`);
  isSet.catch(() => undefined);
  try {
    const value = await fn();
    await isSet;
    return { ok: true, value };
  } catch (error) {
    if (needsWholeRetry(error)) throw error;
    state.hooks.length = hooksBefore;
    const undone = await open()
      .query(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`)
      .then(() => true)
      .catch(() => false);
    if (!undone) throw error;
    return { ok: false, error };
  }
}

function beginText(options: TransactionOptions): string {
  const parts = [`BEGIN ISOLATION LEVEL ${options.isolation ?? 'READ COMMITTED'}`];
  if (options.lockTimeoutMs !== undefined) parts.push(setLocal('lock_timeout', options.lockTimeoutMs));
  if (options.statementTimeoutMs !== undefined) {
    parts.push(setLocal('statement_timeout', options.statementTimeoutMs));
  }
  return parts.join('; ');
}

function setLocal(name: string, milliseconds: number): string {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 0)
    throw new RangeError(`${name}: ${milliseconds}`);
  return `SET LOCAL ${name} = ${milliseconds}`;
}
