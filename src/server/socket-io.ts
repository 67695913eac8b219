import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Env } from '@/env';
import { createGateway, type Gateway } from '@/realtime/socket-io/gateway';
import type { Deps } from '@/services/context';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import type { LiveFeed } from '@/services/live/feed';
import { addressOf } from './listener';

/** Each page of an existing client opens two, and a guest may have several open (legacy-contract 5.1). */
const FEWEST_SOCKETS = 6;
/** What one socket may send: a page joins five rooms at once. */
const MESSAGES_PER_SECOND = 20;

export interface SocketIoParts {
  env: Env;
  deps: Deps;
  resolveActor: ActorResolver;
  feed: LiveFeed;
}

/** The gateway for the existing clients, connected to the other nodes' through Redis where there is one. */
export function startSocketIo({ env, ...parts }: SocketIoParts): Gateway {
  const redis = env.redis.url === undefined ? null : connectRedis(env.redis.url, parts.deps.log);
  const gateway = createGateway({
    ...parts,
    limits: {
      connectionsPerAddress: env.live.connectionsPerIp,
      socketsPerActor: Math.max(FEWEST_SOCKETS, env.live.connectionsPerActor),
      messagesPerSecond: MESSAGES_PER_SECOND,
    },
    recheckMs: env.live.recheckSeconds * 1_000,
    addressOf: (request) => addressOf(request, env.server.trustedProxyHops),
    ...(redis && { adapter: redis.adapter }),
  });
  return {
    upgrade: gateway.upgrade,
    connections: gateway.connections,
    reconnectAll: gateway.reconnectAll,
    async stop() {
      await gateway.stop();
      redis?.close();
    },
  };
}

/** Events do not pass here (docs/adr/0019), so nothing waits for Redis: while it is away, each node goes on alone. */
function connectRedis(url: string, log: Deps['log']) {
  const publisher = new Redis(url, { enableOfflineQueue: false });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  for (const client of [publisher, subscriber]) {
    client.on('error', (error: Error) =>
      log.warn({ err: error }, 'Redis does not answer the Socket.IO gateway'),
    );
  }
  return {
    adapter: createAdapter(forgiving(publisher), forgiving(subscriber)),
    close: () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** The adapter waits for none of its commands: one that fails would end the process as an unhandled rejection. */
function forgiving(client: Redis): Redis {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || name === 'constructor') return value;
      return (...given: unknown[]) => {
        const answer: unknown = value.apply(target, given);
        if (answer instanceof Promise) answer.catch(() => undefined);
        return answer;
      };
    },
  });
}
