import type { Deps } from '@/services/context';
import { NO_FACTS, readEventFacts } from '@/services/legacy/event-facts';
import type { LiveEvent } from '@/services/live/events';
import type { FeedEvent, LiveFeed } from '@/services/live/feed';
import { dropAll, endAccess, endsAccess } from './end-access';
import { AUDIENCES, roomsOf } from './event-rooms';
import { wireEvents } from './payloads';
import { type GatewayNamespace, type GatewayServer, NAMESPACES } from './types';

/** So many events for this node's own sockets waiting for the database: they will not be told in time any more. */
const MAX_WAITING = 5_000;

/**
 * Tells this node's own sockets what the feed tells this node; every node does the same, so nothing is sent twice when a
 * Redis adapter connects them (decision 28). Returns the way to stop, which resolves when nothing is under way.
 */
export function startRelay(io: GatewayServer, feed: LiveFeed, deps: Deps): () => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;

  const isHeardByGuests = (event: LiveEvent) =>
    NAMESPACES.some((name) => AUDIENCES[name] === 'guests' && isHeard(io.of(name), roomsOf(event, name)));

  async function tell(events: readonly LiveEvent[]): Promise<void> {
    const facts = await readEventFacts(deps, events, isHeardByGuests).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'live events go out without names: the database did not answer');
      return NO_FACTS;
    });
    for (const event of events) {
      for (const name of NAMESPACES) {
        const rooms = roomsOf(event, name);
        const namespace = io.of(name);
        if (!isHeard(namespace, rooms)) continue;
        for (const wire of wireEvents({ event, facts, audience: AUDIENCES[name] })) {
          namespace.local.to(rooms).emit(wire.name, wire.payload);
        }
      }
      endAccess(io, event);
    }
  }

  const onBatch = (batch: readonly FeedEvent[]) => {
    const events = batch
      .map((row) => row.payload)
      .filter(
        (event) => endsAccess(event) || NAMESPACES.some((name) => isHeard(io.of(name), roomsOf(event, name))),
      );
    if (events.length === 0) return;
    waiting += events.length;
    if (waiting > MAX_WAITING) {
      // Clients refetch when they reconnect, and so miss nothing.
      deps.log.warn({ waiting }, 'live events pile up: Socket.IO clients are made to reconnect');
      waiting -= events.length;
      dropAll(io);
      return;
    }
    turn = turn
      .then(() => tell(events))
      .catch((error: unknown) =>
        deps.log.error({ err: error }, 'live events were not told to Socket.IO clients'),
      )
      .then(() => {
        waiting -= events.length;
      });
  };

  const unsubscribe = feed.subscribe(onBatch);
  return () => {
    unsubscribe();
    return turn;
  };
}

/** By a socket of this node, in one of the rooms. */
function isHeard(namespace: GatewayNamespace, rooms: readonly string[]): boolean {
  return rooms.some((room) => namespace.adapter.rooms.has(room));
}
