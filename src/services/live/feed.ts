import type { LiveEvent } from './events';
import type { Position } from './position';
import type { Room } from './rooms';

/** One live event as this node hands it to its subscribers, read back from the outbox. */
export interface FeedEvent {
  /** Opaque; resume after it. Unique, and ordered the same on every node (position.ts). */
  position: string;
  /** The same, to compare. */
  place: Position;
  eventId: string;
  type: LiveEvent['type'];
  restaurantId: string | null;
  orderId: string | null;
  tableSessionId: string | null;
  paymentId: string | null;
  payload: LiveEvent;
  /** The payload with its `position`, encoded once for everyone. */
  json: string;
}

export type FeedListener = (batch: readonly FeedEvent[]) => void;

export interface FeedPage {
  events: readonly FeedEvent[];
  /** Everything up to here was looked at. Pass it on to read on; equal to the given one when nothing is new. */
  position: string;
  /** The page was full: there is more. */
  hasMore: boolean;
}

/** The live events of the whole service, as one node sees them: everything committed, once, in one order. */
export interface LiveFeed {
  /**
   * Calls the listener with every batch that the node reads from now on, of one room or of all. A listener must not throw and must not wait.
   * Returns the way to stop it.
   */
  subscribe(listener: FeedListener, room?: Room): () => void;
  /** Up to where listeners have been told. Who subscribes now hears exactly what comes after it. */
  position(): string;
  /**
   * Events after a position from the outbox, of one room or of all, oldest first.
   * @throws ServiceError CURSOR_INVALID for what is no position, RESYNC_REQUIRED for one from before the retention window
   */
  readAfter(position: string, room: Room | null, limit: number): Promise<FeedPage>;
}
