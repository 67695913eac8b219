import { inspect } from 'node:util';
import { EmbeddedPostgresError } from '@/db/embedded';
import { MigrationError } from '@/db/migrate';
import { UnsupportedServerVersionError } from '@/db/server-version';
import { EnvError } from '@/env';
import { ListenError } from './listen';

/** What cannot be started as it is; the message is meant for the person who tried. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Their message is a line for the person at the terminal: no stack. */
const FOR_PEOPLE = [
  StartError,
  EnvError,
  ListenError,
  EmbeddedPostgresError,
  MigrationError,
  UnsupportedServerVersionError,
];

/** What to tell the person at the terminal about an error: one line where they can do something, else all of it. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  if (FOR_PEOPLE.some((kind) => error instanceof kind)) return error.message;
  return connectionProblem(error) ?? inspect(error);
}

/** The usual reasons why DATABASE_URL does not answer, or null. SQLSTATEs: 28xxx log-in, 3D000 database. */
function connectionProblem(error: Error): string | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH') {
    return `The database of DATABASE_URL does not answer (${code}): start it, or correct the address.`;
  }
  if (/query read timeout|connection timeout|timeout expired/i.test(error.message))
    return 'The database of DATABASE_URL takes connections but does not answer: look at it, and at the network in between.';
  if (code.startsWith('28')) return `The database refused the log-in of DATABASE_URL: ${error.message}.`;
  if (code === '3D000') return `DATABASE_URL names a database that is not there: ${error.message}.`;
  return null;
}
