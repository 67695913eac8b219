import { Redis } from 'ioredis';
import type { Logger } from '@/services/ports';

/**
 * The connection for counters, health and wake-ups. Never waits for a Redis that is away: what asks it then fails at once,
 * and has something to fall back on.
 */
export function connectRedis(url: string, log: Logger): Redis {
  const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
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
