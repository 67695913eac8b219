import { type Actor, actorLabel } from '@/services/actor';
import { ServiceError } from '@/services/errors';

export interface LiveLimits {
  /** Of everybody behind one address, also of those who have not said yet who they are. */
  connectionsPerAddress: number;
  connectionsPerActor: number;
  subscriptionsPerActor: number;
}

/** What callers hold at this node, by caller. */
export interface LiveCounts {
  /** As `claimConnection`, before anybody is known. */
  claimAddress(address: string): (() => void) | null;
  /** Counts a connection; null: the caller holds as many as allowed. Call the answer once it is gone. */
  claimConnection(actor: Actor): (() => void) | null;
  /** @throws ServiceError TOO_MANY_SUBSCRIPTIONS */
  claimSubscription(actor: Actor): () => void;
  connections(): number;
  subscriptions(): number;
}

export function createLiveCounts(limits: LiveLimits): LiveCounts {
  const addresses = createTally(limits.connectionsPerAddress);
  const connections = createTally(limits.connectionsPerActor);
  const subscriptions = createTally(limits.subscriptionsPerActor);
  return {
    claimAddress: addresses.claim,
    claimConnection: (actor) => connections.claim(actorLabel(actor)),
    claimSubscription(actor) {
      const release = subscriptions.claim(actorLabel(actor));
      if (release) return release;
      throw new ServiceError(
        'TOO_MANY_SUBSCRIPTIONS',
        `No more than ${limits.subscriptionsPerActor} subscriptions at once. End one, or watch the whole restaurant.`,
        { details: { limit: limits.subscriptionsPerActor } },
      );
    },
    connections: connections.total,
    subscriptions: subscriptions.total,
  };
}

function createTally(limit: number) {
  const held = new Map<string, number>();
  let total = 0;
  return {
    total: () => total,
    claim(who: string): (() => void) | null {
      const count = held.get(who) ?? 0;
      if (count >= limit) return null;
      held.set(who, count + 1);
      total++;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        total--;
        const left = (held.get(who) ?? 1) - 1;
        if (left === 0) held.delete(who);
        else held.set(who, left);
      };
    },
  };
}

/** Whether a connection may send one more frame: so many in a minute, all at once or spread. */
export function createFrameLimit(perMinute: number): () => boolean {
  let minuteEndMs = 0;
  let count = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs >= minuteEndMs) {
      minuteEndMs = nowMs + 60_000;
      count = 0;
    }
    count++;
    return count <= perMinute;
  };
}
