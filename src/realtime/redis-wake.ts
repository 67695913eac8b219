import { Redis } from 'ioredis';
import type { Logger } from '@/services/ports';

/*
 * Nodes wake each other through Redis after commits. It carries no events: each node reads those from the outbox, so what Redis
 * loses, repeats or reorders changes nothing, and without it nodes see the events of others at their next look.
 */
const CHANNEL = 'tabsy:outbox';

/** Tells all nodes to look into the outbox. Never throws. */
export function createWakePublisher(client: Redis): () => void {
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
  return () => void publish();
}

/**
 * Calls `onWake` whenever a node has published. A connection of its own, as Redis wants of one that subscribes; it subscribes
 * again by itself after Redis was away.
 */
export function connectWakeSubscriber(
  { url, log }: { url: string; log: Logger },
  onWake: () => void,
): { close(): void } {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  let isDown = false;
  client.on('error', (error) => {
    if (!isDown)
      log.warn({ err: error }, 'Redis cannot be reached: nodes see the events of others a little later');
    isDown = true;
  });
  client.on('ready', () => {
    isDown = false;
  });
  client.on('message', onWake);
  client.subscribe(CHANNEL).catch(() => undefined);
  return { close: () => client.disconnect() };
}
