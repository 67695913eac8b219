import { type CustomTypesConfig, Pool, types } from 'pg';
import { gatheringSocket } from './gathering-socket';

export type PoolSettings = {
  url: string;
  /** Most connections of this pool; further requests queue. */
  max: number;
  applicationName: string;
  /**
   * The longest wait for a connection, and for the answer to a statement unless it brings its own. A connection that does not
   * answer in time is dropped: the network may have swallowed it. No limit when absent.
   */
  timeoutMs?: number;
  /** An idle connection broke (server restart, network). The pool replaces it; log, do not exit. */
  onError: (error: Error) => void;
};

/**
 * A pool on which BIGINT arrives as a number (an error beyond 2^53-1, never a rounded value), TIMESTAMPTZ as
 * a Date, NUMERIC as its exact text and JSON parsed.
 *
 * Statements sent without waiting for each other on one connection travel together (`pipeline`): each keeps
 * its own error, and those behind a failed one in a transaction fail with 25P02. Cursors are refused.
 */
export function createPool(settings: PoolSettings): Pool {
  const pool = new Pool({
    connectionString: settings.url,
    max: settings.max,
    application_name: settings.applicationName,
    ...limitsOf(settings.timeoutMs),
    // Asked after 10 s of silence, not after the system's two hours: a host that is gone is noticed while a statement runs.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    stream: gatheringSocket,
    types: valueParsers,
  });
  // The pool listens to idle connections alone. One that breaks between its checkout and its holder's first listener (a
  // server's farewell may come in the same packet as its answer) would end the process; whoever uses it next is told anyway.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // end() resolves before the sockets are closed, so a server that stops next would still be heard.
  pool.on('error', (error) => {
    // The whole connection, which the pool hangs on the error: nothing for a log.
    if ('client' in error) delete error.client;
    if (!pool.ending) settings.onError(error);
  });
  return pool;
}

/** Statements that nobody waits for may take so many times the limit; the server ends what takes longer. */
export const BATCH_TIMEOUT_FACTOR = 8;

/**
 * The server has limits as well: when the network swallows our end of a connection, it would keep the locks of that
 * transaction until its own TCP gives up, which by default takes hours.
 */
function limitsOf(timeoutMs: number | undefined) {
  if (timeoutMs === undefined) return {};
  return {
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs * BATCH_TIMEOUT_FACTOR,
    idle_in_transaction_session_timeout: timeoutMs * 2,
  };
}

const int8Oid = 20;
const int8ArrayOid = 1016;

const valueParsers: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === int8Oid) return safeInteger;
    if (format !== 'binary' && oid === int8ArrayOid) return safeIntegers;
    return types.getTypeParser(oid, format);
  },
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`the database returned ${text}, beyond what a number holds exactly`);
}

/** One dimension only: `{1,NULL,3}`. */
function safeIntegers(text: string): (number | null)[] {
  const items = text === '{}' ? [] : text.slice(1, -1).split(',');
  return items.map((item) => (item === 'NULL' ? null : safeInteger(item)));
}
