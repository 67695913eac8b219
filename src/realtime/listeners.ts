import type { FeedEvent, FeedListener } from '@/services/live/feed';
import { type Room, roomKey, roomKeysOf } from '@/services/live/rooms';

/** Who wants to hear what, on this node. */
export interface Listeners {
  add(listener: FeedListener, room: Room | undefined): () => void;
  tell(batch: readonly FeedEvent[]): void;
}

const EVERYTHING = '*';

/**
 * Listeners by room: an event is looked up by its rooms, not by asking everyone.
 * @param onError gets what a listener threw: the others are told all the same
 */
export function createListeners(onError: (error: unknown) => void): Listeners {
  const byRoom = new Map<string, Set<FeedListener>>();
  const tellOne = (listener: FeedListener, events: readonly FeedEvent[]) => {
    try {
      listener(events);
    } catch (error) {
      onError(error);
    }
  };

  return {
    add(listener, room) {
      const key = room === undefined ? EVERYTHING : roomKey(room);
      // The same function may listen twice: each time is its own.
      const own: FeedListener = (batch) => listener(batch);
      const listeners = byRoom.get(key) ?? new Set();
      byRoom.set(key, listeners.add(own));
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && byRoom.get(key) === listeners) byRoom.delete(key);
      };
    },

    tell(batch) {
      const perRoom = new Map<string, FeedEvent[]>();
      if (byRoom.has(EVERYTHING)) perRoom.set(EVERYTHING, [...batch]);
      for (const event of batch) {
        for (const key of roomKeysOf(event.payload)) {
          if (!byRoom.has(key)) continue;
          const events = perRoom.get(key);
          if (events) events.push(event);
          else perRoom.set(key, [event]);
        }
      }
      for (const [key, events] of perRoom) {
        for (const listener of [...(byRoom.get(key) ?? [])]) tellOne(listener, events);
      }
    },
  };
}
