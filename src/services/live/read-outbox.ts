import type { Sql } from '@/db/sql';
import { readHeldEvents, readOutbox, readOutboxBound, readOutboxOfRestaurant } from '@/db/sql/outbox';
import { ServiceError } from '../errors';
import type { LiveEvent } from './events';
import type { FeedEvent } from './feed';
import { comparePositions, formatPosition, LAST_SEQUENCE, type Position, parsePosition } from './position';
import { isInRoom, type Room } from './rooms';

/** A part of the outbox, and up to where it was read. */
export interface OutboxPage {
  events: FeedEvent[];
  end: Position;
  hasMore: boolean;
}

/** Where the next event will come after. */
export async function outboxEnd(sql: Sql): Promise<Position> {
  const { boundXid } = await sql.one<{ boundXid: number }>(readOutboxBound, []);
  return { xid: boundXid - 1, sequence: LAST_SEQUENCE };
}

/**
 * Events after a position, of one room or of all, oldest first. `limit` counts before the room is looked at.
 * @throws ServiceError RESYNC_REQUIRED when events after it are deleted already, or it lies in the future: the database was
 *   restored from before it, and what has come since would stay unheard
 */
export async function readOutboxAfter(
  sql: Sql,
  from: Position,
  room: Room | null,
  limit: number,
): Promise<OutboxPage> {
  const restaurantId = room !== null && 'restaurantId' in room ? room.restaurantId : null;
  const rows =
    restaurantId === null
      ? await sql.query<Row>(readOutbox, [from.xid, from.sequence, limit])
      : await sql.query<Row>(readOutboxOfRestaurant, [from.xid, from.sequence, limit, restaurantId]);
  const [bounds] = rows;
  if (!bounds) throw new Error('the table outbox_horizon has lost its row');
  const horizon = { xid: bounds.horizonXid, sequence: bounds.horizonSequence };
  if (comparePositions(from, horizon) < 0 || from.xid >= bounds.boundXid) throw resyncRequired();
  const events = rows.filter(hasEvent).map(toFeedEvent);
  const hasMore = events.length === limit;
  const bound = { xid: bounds.boundXid - 1, sequence: LAST_SEQUENCE };
  const last = events.at(-1)?.place ?? from;
  const end = hasMore ? last : later(from, bound);
  return {
    events: room === null ? events : events.filter((event) => isInRoom(event.payload, room)),
    end,
    hasMore,
  };
}

/** Since when committed events wait behind a transaction that is still running; null: none does. */
export async function heldEvents(sql: Sql, from: Position): Promise<HeldEvents | null> {
  return sql.maybeOne<HeldEvents>(readHeldEvents, [from.xid, from.sequence]);
}

export type HeldEvents = { heldMs: number; holderPid: number | null; holderName: string | null };

/** @throws ServiceError CURSOR_INVALID */
export function positionOf(text: string): Position {
  const position = parsePosition(text);
  if (position === null) {
    throw new ServiceError('CURSOR_INVALID', 'This is no position of a live event. Subscribe without one.');
  }
  return position;
}

function resyncRequired(): ServiceError {
  return new ServiceError(
    'RESYNC_REQUIRED',
    'Live events after this position are no longer kept. Load everything anew, then subscribe without a position.',
  );
}

function later(a: Position, b: Position): Position {
  return comparePositions(a, b) < 0 ? b : a;
}

type Bounds = { boundXid: number; horizonXid: number; horizonSequence: number };
type EventColumns = {
  xid: number;
  sequence: number;
  eventId: string;
  type: LiveEvent['type'];
  restaurantId: string | null;
  orderId: string | null;
  tableSessionId: string | null;
  paymentId: string | null;
  json: string;
};
type Row = Bounds & (EventColumns | { [Name in keyof EventColumns]: null });

function hasEvent(row: Row): row is Bounds & EventColumns {
  return row.eventId !== null;
}

function toFeedEvent(row: EventColumns): FeedEvent {
  const place = { xid: row.xid, sequence: row.sequence };
  const position = formatPosition(place);
  return {
    place,
    position,
    eventId: row.eventId,
    type: row.type,
    restaurantId: row.restaurantId,
    orderId: row.orderId,
    tableSessionId: row.tableSessionId,
    paymentId: row.paymentId,
    payload: JSON.parse(row.json) as LiveEvent,
    // Never empty: every event has fields behind the brace.
    json: `{"position":"${position}",${row.json.slice(1)}`,
  };
}
