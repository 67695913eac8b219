import { Redis } from 'ioredis';
import type { Logger } from '@/services/ports';

/** One that takes commands and answers none: paused, or behind a network that swallows everything. */
const ANSWER_LIMIT_MS = 1_000;

/**
 * The connection for counters, health and wake-ups. Never waits for a Redis that is away: what asks it then fails at once,
 * and has something to fall back on. One that hangs counts as away after a second.
 */
export function connectRedis(url: string, log: Logger): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_LIMIT_MS,
    socketTimeout: ANSWER_LIMIT_MS,
  });
  let isDown = false;
  client.on('error', (error) => {
    if (!isDown)
      log.warn(
        { err: error },
        'Redis cannot be reached: each node counts limits for itself and hears of the others a little later',
      );
    isDown = true;
  });
  client.on('ready', () => {
    isDown = false;
  });
  return client;
}
