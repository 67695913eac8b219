import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '@/services/ports';

/*
 * Nodes wake each other through Redis after commits. It carries no events: each node reads those from the outbox, so what Redis
 * loses, repeats or reorders changes nothing, and without it nodes see the events of others at their next look.
 */
const CHANNEL = 'tabsy:outbox';

export interface RedisSettings {
  url: string;
  log: Logger;
}

/** Tells all nodes to look into the outbox. `publish` never throws. */
export function connectWakePublisher(settings: RedisSettings): { publish(): void; close(): void } {
  const client = connect(settings, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  let isPublishing = false;
  let wantsAnother = false;
  const publish = async () => {
    wantsAnother = true;
    // One at a time: whatever commits meanwhile shares the next.
    if (isPublishing) return;
    isPublishing = true;
    while (wantsAnother) {
      wantsAnother = false;
      await client.publish(CHANNEL, '').catch(() => undefined);
    }
    isPublishing = false;
  };
  return { publish: () => void publish(), close: () => client.disconnect() };
}

/** Calls `onWake` whenever a node has published. Subscribes again by itself after Redis was away. */
export function connectWakeSubscriber(settings: RedisSettings, onWake: () => void): { close(): void } {
  const client = connect(settings, { maxRetriesPerRequest: null });
  client.on('message', onWake);
  client.subscribe(CHANNEL).catch(() => undefined);
  return { close: () => client.disconnect() };
}

function connect({ url, log }: RedisSettings, options: RedisOptions): Redis {
  const client = new Redis(url, options);
  let isDown = false;
  client.on('error', (error) => {
    if (!isDown)
      log.warn({ err: error }, 'Redis cannot be reached: nodes see the events of others a little later');
    isDown = true;
  });
  client.on('ready', () => {
    isDown = false;
  });
  return client;
}
