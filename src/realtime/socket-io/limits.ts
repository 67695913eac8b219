import { RateLimiterMemory } from 'rate-limiter-flexible';

export interface GatewayLimits {
  /** Connections of one address: a whole restaurant shares one, and each client opens two. */
  connectionsPerAddress: number;
  /** Sockets of one guest or login. Each open page needs two, so never below 6 (legacy-contract 5.1). */
  socketsPerActor: number;
  /** What one socket may send in a second. */
  messagesPerSecond: number;
}

/** How many of something each key holds now. */
export interface Counter {
  isFull(key: string): boolean;
  /** One more; the answer takes it away again. */
  add(key: string): () => void;
}

export function createCounter(limit: number): Counter {
  const held = new Map<string, number>();
  const change = (key: string, by: 1 | -1) => {
    const count = (held.get(key) ?? 0) + by;
    if (count === 0) held.delete(key);
    else held.set(key, count);
  };
  return {
    isFull: (key) => (held.get(key) ?? 0) >= limit,
    add(key) {
      change(key, 1);
      return () => change(key, -1);
    },
  };
}

/** Whether a socket may send one more message in this second. */
export function createMessageLimit(perSecond: number): (socketId: string) => Promise<boolean> {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  return (socketId) =>
    limiter.consume(socketId).then(
      () => true,
      () => false,
    );
}
