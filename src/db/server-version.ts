import type { Pool } from 'pg';
import { createPool } from './pool';

const oldestMajor = 15;
/** For the first words with the database: a server that is just starting may take some seconds. */
const firstAnswerLimitMs = 15_000;

/** The database server is older than this service supports (decision 24). */
export class UnsupportedServerVersionError extends Error {
  override readonly name = 'UnsupportedServerVersionError';
  readonly code = 'UNSUPPORTED_SERVER_VERSION';
}

/** Throws UnsupportedServerVersionError unless the server is PostgreSQL 15 or newer. */
export async function assertServerVersion(pool: Pick<Pool, 'query'>): Promise<void> {
  const { rows } = await pool.query<{ server_version_num: string }>('SHOW server_version_num');
  const number = Number(rows[0]?.server_version_num);
  const major = Math.floor(number / 10_000);
  if (major >= oldestMajor) return;
  throw new UnsupportedServerVersionError(
    `The database server is PostgreSQL ${major}; this service needs ${oldestMajor} or newer: upgrade it, or unset DATABASE_URL to use the embedded one.`,
  );
}

/** The same of the server at `url`, by a connection of its own; throws the driver's error when it does not answer. */
export async function checkServerVersion(url: string): Promise<void> {
  const pool = createPool({
    url,
    max: 1,
    applicationName: 'tabsy-start',
    timeoutMs: firstAnswerLimitMs,
    onError: () => undefined,
  });
  try {
    await assertServerVersion(pool);
  } finally {
    await pool.end();
  }
}
