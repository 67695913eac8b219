import { Redis } from 'ioredis';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { assertServerVersion } from '@/db/server-version';
import { readReplication } from '@/db/sql/fitness';
import type { Env } from '@/env';
import { trySmtp } from '@/notify';
import { explain } from '../command';
import { type Finding, fail, ok, warn } from './finding';

const LIMIT_MS = 5_000;

/** What is configured beside database and Stripe, each asked once and not for long; nothing of what is not. */
export async function examineNeighbours(env: Env): Promise<Finding[]> {
  const { database, redis, mail, auth, login } = env;
  const asked = [
    database.replicaUrl === undefined ? null : examineReplica(database.replicaUrl),
    redis.url === undefined ? null : examineRedis(redis.url),
    mail.smtpUrl === undefined ? null : examineMail(mail.smtpUrl),
    auth.jwksUrl === undefined ? null : examineKeys(auth.jwksUrl),
    login.oidc === null ? null : examineProvider(login.oidc.issuerUrl),
  ];
  return Promise.all(asked.filter((one) => one !== null));
}

async function examineReplica(url: string): Promise<Finding> {
  const item = 'replica';
  const pool = createPool({
    url,
    max: 1,
    applicationName: 'tabsy-doctor',
    timeoutMs: LIMIT_MS,
    onError: () => undefined,
  });
  try {
    await assertServerVersion(pool);
    const { isStandby } = await createDb(pool).one<{ isStandby: boolean }>(readReplication, []);
    return isStandby
      ? ok(item, 'answers, and follows a primary')
      : warn(item, 'answers, but is no standby: does DATABASE_REPLICA_URL lead to a copy of DATABASE_URL?');
  } catch (error) {
    const why = explain(error).replaceAll('DATABASE_URL', 'DATABASE_REPLICA_URL');
    return fail(item, `${why} Without it there are no figures and exports; unset it to read DATABASE_URL.`);
  } finally {
    await pool.end();
  }
}

async function examineRedis(url: string): Promise<Finding> {
  const item = 'Redis';
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: LIMIT_MS,
    commandTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
  });
  let why = '';
  client.on('error', (error) => {
    why = error.message;
  });
  try {
    await client.connect();
    await client.ping();
    return ok(item, 'answers');
  } catch (error) {
    if (why === '') why = error instanceof Error ? error.message : String(error);
    return warn(
      item,
      `REDIS_URL does not answer (${why}): nodes count limits each for itself and wake each other late. Start it, or unset REDIS_URL.`,
    );
  } finally {
    client.disconnect();
  }
}

async function examineMail(url: string): Promise<Finding> {
  const problem = await trySmtp({ url, timeoutMs: LIMIT_MS });
  return problem === null
    ? ok('mail', 'the server of SMTP_URL answers and takes the log-in')
    : warn('mail', `SMTP_URL (${problem}): mails wait until it works; correct it, or see its log.`);
}

async function examineKeys(url: string): Promise<Finding> {
  const item = 'token keys';
  const found = await readJson(url);
  const keys = found !== null && 'keys' in found && Array.isArray(found.keys) ? found.keys.length : 0;
  return keys > 0
    ? ok(item, `${keys} at JWT_JWKS_URL`)
    : fail(
        item,
        `${url} answers no keys from here, so nobody's token can be verified: correct JWT_JWKS_URL.`,
      );
}

async function examineProvider(issuerUrl: string): Promise<Finding> {
  const item = 'identity provider';
  const found = await readJson(`${issuerUrl}/.well-known/openid-configuration`);
  return found !== null && 'authorization_endpoint' in found
    ? ok(item, `${issuerUrl} answers`)
    : warn(
        item,
        `${issuerUrl} does not describe itself from here, so nobody signs in by it: correct OIDC_ISSUER_URL.`,
      );
}

/** The object at an address; null when there is none in time. */
async function readJson(url: string): Promise<object | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    const body: unknown = await response.json();
    return response.ok && typeof body === 'object' ? body : null;
  } catch {
    return null;
  }
}
