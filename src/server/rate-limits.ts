import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { createPool } from '@/db/pool';
import type { Env } from '@/env';
import { type LimitState, nearest, type RateLimits } from '@/rest/limits';
import { type Actor, actorLabel } from '@/services/actor';
import type { Logger } from '@/services/ports';

const TABLE = 'rate_limits';
const MINUTE_SEC = 60;

export interface RateLimitParts {
  limits: Env['limits'];
  pool: ReturnType<typeof createPool>;
  /** Counts instead of PostgreSQL where there is one (decision 27); null: PostgreSQL. */
  redis: Redis | null;
  log: Logger;
}

/**
 * Counters of requests (decision 27). Those that create payments count in Redis or PostgreSQL, so all nodes share them: by actor as
 * the requirements say, and a much higher ceiling by address, as a whole restaurant shares one. Everything else counts in
 * memory, by node: it only protects this process. When the store fails, memory stands in.
 */
export function createRateLimits({ limits, pool, redis, log }: RateLimitParts): RateLimits {
  const stored = (name: string, points: number, durationSec: number, isCleaner = false) => {
    const options = {
      keyPrefix: name,
      points,
      duration: durationSec,
      inMemoryBlockOnConsumed: points + 1,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration: durationSec }),
    };
    if (redis !== null) return new RateLimiterRedis({ ...options, storeClient: redis });
    return new RateLimiterPostgres({
      ...options,
      storeClient: pool,
      storeType: 'pool',
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: isCleaner,
    });
  };
  const inMemory = (name: string, points: number) =>
    new RateLimiterMemory({ keyPrefix: name, points, duration: MINUTE_SEC });

  const perQuarter = stored('pay-15m', limits.paymentsPer15Minutes, 15 * MINUTE_SEC, true);
  const perHour = stored('pay-1h', limits.paymentsPerHour, 60 * MINUTE_SEC);
  const perAddress = stored('pay-ip', limits.paymentsPerIpPerHour, 60 * MINUTE_SEC);
  const requests = inMemory('all', limits.readsPerMinute);
  const address = inMemory('ip', limits.requestsPerIpPerMinute);

  let table: Promise<unknown> | undefined;
  const ready = () => {
    if (redis !== null) return;
    table ??= pool.query(CREATE_TABLE).catch((error: unknown) => {
      log.warn({ err: error }, 'the table of rate limits cannot be made: each node counts for itself');
    });
    return table;
  };

  return {
    takeAddress: (ip, points = 1) => (ip === null ? Promise.resolve(null) : take(address, ip, points, log)),
    async take(kind, actor, ip, points = 1) {
      const who = keyOf(actor, ip);
      if (kind === 'request') return take(requests, who, points, log);
      await ready();
      const own = nearest(
        await Promise.all([take(perQuarter, who, points, log), take(perHour, who, points, log)]),
      );
      // Who is over their own takes nothing from the others behind the address.
      if (own.isExceeded || ip === null) return own;
      return nearest([own, await take(perAddress, ip, points, log)]);
    },
  };
}

/** Counters need not survive a crash; unlogged, they cost no wait for the disk. Shaped as rate-limiter-flexible wants. */
const CREATE_TABLE = `CREATE UNLOGGED TABLE IF NOT EXISTS ${TABLE} (
  key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`;

async function take(
  limiter: RateLimiterAbstract,
  key: string,
  points: number,
  log: Logger,
): Promise<LimitState> {
  try {
    return stateOf(limiter, await limiter.consume(key, points), false);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return stateOf(limiter, thrown, true);
    // Better no limit than no service.
    log.warn({ err: thrown }, 'a rate limit could not be counted');
    return { limit: limiter.points, remaining: limiter.points, resetSec: 0, isExceeded: false };
  }
}

function stateOf(limiter: RateLimiterAbstract, result: RateLimiterRes, isExceeded: boolean): LimitState {
  return {
    limit: limiter.points,
    remaining: result.remainingPoints,
    resetSec: Math.ceil(result.msBeforeNext / 1_000),
    isExceeded,
  };
}

/** Ids are up to 255 characters of anything, and stand in a shared table: hashed. Who is nobody counts by address. */
function keyOf(actor: Actor, ip: string | null): string {
  const who = actor.kind === 'anonymous' ? `ip:${ip ?? 'unknown'}` : actorLabel(actor);
  return createHash('sha256').update(who).digest('base64url');
}
