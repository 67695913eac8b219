import type { LiveEvent } from './events';

/** Who hears what. A room is a set of events; everyone in it may see all of them. */
export type Room =
  | { kind: 'payment'; restaurantId: string; paymentId: string }
  | { kind: 'order'; restaurantId: string; orderId: string }
  | { kind: 'tableSession'; restaurantId: string; tableSessionId: string }
  | { kind: 'restaurant'; restaurantId: string }
  | { kind: 'admin' }
  | { kind: 'platform' };

/** Ids may hold any character: the kind in front keeps rooms of different kinds apart. */
export function roomKey(room: Room): string {
  switch (room.kind) {
    case 'payment':
      return `payment:${room.paymentId}`;
    case 'order':
      return `order:${room.orderId}`;
    case 'tableSession':
      return `tableSession:${room.tableSessionId}`;
    case 'restaurant':
      return `restaurant:${room.restaurantId}`;
    default:
      return room.kind;
  }
}

/** Types that are the restaurant's and the platform's own business: no guest hears them. */
const STAFF_ONLY: ReadonlySet<LiveEvent['type']> = new Set<LiveEvent['type']>([
  'dispute:created',
  'dispute:updated',
  'analytics:updated',
  'webhook:dead',
  'reconciliation:finished',
]);

/** What the platform follows: the states of payments. */
const OF_PLATFORM = 'payment:';

/** The keys of the rooms that an event belongs to. */
export function roomKeysOf(event: LiveEvent): string[] {
  const keys = ['admin'];
  if (event.restaurantId !== null) keys.push(`restaurant:${event.restaurantId}`);
  if (event.type.startsWith(OF_PLATFORM)) keys.push('platform');
  if (STAFF_ONLY.has(event.type)) return keys;
  if (event.paymentId !== null) keys.push(`payment:${event.paymentId}`);
  for (const orderId of ordersOf(event)) keys.push(`order:${orderId}`);
  if (event.tableSessionId !== null) keys.push(`tableSession:${event.tableSessionId}`);
  return keys;
}

/** A payment of a table covers several orders, and so do the shares of a split. */
function ordersOf(event: LiveEvent): readonly string[] {
  if ('orderIds' in event) return event.orderIds;
  return event.orderId === null ? [] : [event.orderId];
}

export function isInRoom(event: LiveEvent, room: Room): boolean {
  return roomKeysOf(event).includes(roomKey(room));
}
