/** Errors of src/db, told by their codes. */

/**
 * pg, Prisma and Node.js codes for a database that is away or full: 08 connection, 25P03 dropped by the server as too slow, 53
 * out of disk, memory or connections, 57P0x shutting down.
 */
const AWAY_CODES = new Set([
  '25P03',
  '53100',
  '53200',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2037',
]);

/** A wrong number of parameters, for one: our mistake, not the connection's. */
const PROTOCOL_VIOLATION = '08P01';

/** pg gives these errors no code. */
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|cannot use a pool after calling end/i;

/** Whether the statement failed because the database could not be reached, so that asking again later may work. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let current = error, depth = 0; isObject(current) && depth < 4; current = causeOf(current), depth++) {
    const code = textAt(current, 'code');
    if (
      AWAY_CODES.has(code) ||
      (code.startsWith('08') && code !== PROTOCOL_VIOLATION) ||
      AWAY_MESSAGE.test(textAt(current, 'message'))
    )
      return true;
    if (current instanceof AggregateError && current.errors.some(isDatabaseUnavailable)) return true;
  }
  return false;
}

/** Prisma keeps what the server said of a connection that was cut in `meta`, under a code of its own (P2039). */
function causeOf(error: object): unknown {
  if ('cause' in error && error.cause !== undefined) return error.cause;
  const meta = 'meta' in error && isObject(error.meta) ? error.meta : {};
  return 'driverAdapterError' in meta ? meta.driverAdapterError : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textAt(error: object, name: 'code' | 'message'): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** The connection broke during COMMIT: nobody knows yet whether it happened (CommitUnknownError of src/db). */
export function isOutcomeUnknown(error: unknown): boolean {
  return hasCode(error, 'COMMIT_UNKNOWN');
}

/** A page marker that this service did not issue (InvalidCursorError of src/db). */
export function isInvalidCursor(error: unknown): error is Error {
  return hasCode(error, 'CURSOR_INVALID');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
