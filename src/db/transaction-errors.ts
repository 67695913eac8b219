import { DatabaseError } from 'pg';

/** The pool was asked for a second connection inside a transaction: under load that is a deadlock. */
export class NestedConnectionError extends Error {
  override readonly name = 'NestedConnectionError';

  constructor(what: string) {
    super(
      `${what} inside a transaction would take a second connection from the pool: use the transaction's own tx, or do it after the commit`,
    );
  }
}

/**
 * The connection was lost while COMMIT was under way: the transaction may or may not have committed. Never
 * repeated here; the caller looks (by idempotency key) before it does anything again.
 */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError';
  readonly code = 'COMMIT_UNKNOWN';

  constructor(cause: unknown) {
    super('the connection was lost during COMMIT: its outcome is unknown', { cause });
  }
}

/** `fn` hid the failure of a statement, so PostgreSQL turned its COMMIT into a rollback: nothing was kept. */
export class HiddenFailureError extends Error {
  override readonly name = 'HiddenFailureError';

  constructor() {
    super('a statement of this transaction failed and its error was not passed on: use tx.savepoint');
  }
}

const serializationFailure = '40001';
const deadlockDetected = '40P01';

/**
 * The transaction's locks no longer cover what it goes on to read, as another one has committed meanwhile. Taking the rest now
 * could break the order in which locks are taken, so it is repeated as a whole, as after a serialization failure.
 */
export class OutdatedLocksError extends Error {
  override readonly name = 'OutdatedLocksError';
  readonly code = serializationFailure;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * True for errors after which the same transaction may succeed: serialization failure, deadlock. Prisma, which has three names
 * for these, cannot be called in a transaction. A lock timeout (55P03) was asked for, so it is the caller's to judge.
 */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return code === serializationFailure || code === deadlockDetected;
}

/** After this one PostgreSQL can only repeat the whole transaction, not a part of it. */
export function needsWholeRetry(error: unknown): boolean {
  return codeOf(error) === serializationFailure;
}

/**
 * True when a failed COMMIT is certain to have committed nothing: the server answered with an ordinary error
 * (a deferred constraint, a conflict). No answer, or a farewell of the server, leaves it open.
 */
export function isDefiniteRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}
