import { inspect } from 'node:util';
import { EmbeddedPostgresError } from '@/db/embedded';
import { MigrationError } from '@/db/migrate';
import { UnsupportedServerVersionError } from '@/db/server-version';
import { EnvError } from '@/env';
import { ListenError } from '@/server/listen';

/** The command was asked for something that it cannot do; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Their message is a line for the person at the terminal: no stack. */
const FOR_PEOPLE = [
  UsageError,
  EnvError,
  ListenError,
  EmbeddedPostgresError,
  MigrationError,
  UnsupportedServerVersionError,
];

/** What to tell the person at the terminal about an error. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  if (FOR_PEOPLE.some((kind) => error instanceof kind) || isBadArgument(error)) return error.message;
  return connectionProblem(error) ?? inspect(error);
}

/** Runs a command's body and ends the process; an error becomes one explained message on stderr and exit code 1. */
export async function runCommand(body: () => Promise<void>): Promise<never> {
  try {
    await body();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
  return endProcess();
}

/** Once all output is written, not when nothing is left to wait for: the schema engine's own timer alone takes 10 s. */
export async function endProcess(): Promise<never> {
  await new Promise((resolve) => process.stdout.write('', resolve));
  await new Promise((resolve) => process.stderr.write('', resolve));
  process.exit();
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** parseArgs met an option that it does not know; its message names it. */
function isBadArgument(error: Error): boolean {
  return codeOf(error).startsWith('ERR_PARSE_ARGS');
}

/** The usual reasons why DATABASE_URL does not answer, or null. SQLSTATEs: 28xxx log-in, 3D000 database. */
function connectionProblem(error: Error): string | null {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH') {
    return `The database of DATABASE_URL does not answer (${code}): start it, or correct the address.`;
  }
  if (code.startsWith('28')) return `The database refused the log-in of DATABASE_URL: ${error.message}.`;
  if (code === '3D000') return `DATABASE_URL names a database that is not there: ${error.message}.`;
  return null;
}
