/** The platform staff's rooms (legacy-contract 5.2). */
export const ADMIN_ROOMS = ['system', 'analytics', 'restaurants', 'users', 'payments'] as const;
export type AdminRoom = (typeof ADMIN_ROOMS)[number];

/**
 * A group of sockets that get the same events. `guest` (a public id) and `guestsOf` (a table session) are joined by the
 * handshake alone, and say whose access ends.
 */
export interface Room {
  kind:
    | 'restaurant'
    | 'restaurantPayments'
    | 'kitchen'
    | 'staff'
    | 'tableSession'
    | 'guest'
    | 'guestsOf'
    | 'payment'
    | 'order'
    | 'admin';
  id: string;
}

/**
 * The room's name inside this server; clients never see it. Ids are opaque text, so the wire's own names could collide
 * (a restaurant called `x:payments`); these cannot, as no kind holds a colon.
 */
export function roomKey({ kind, id }: Room): string {
  return `${kind}:${id}`;
}

const MAX_ID_LENGTH = 255;

/**
 * An id as a client sent it, or null. A missing value that became text on its way (`undefined`, `null`) is no id: in the
 * requirements' snippet everybody without a restaurant met in the room `restaurant:undefined`.
 */
export function idOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_ID_LENGTH || value.includes('\0')) return null;
  return value === '' || NO_IDS.has(value) ? null : value;
}
const NO_IDS: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', '[object Object]']);

/** What stands before the id in the names that clients send. */
export const ROOM_PREFIXES: Readonly<Record<string, Room['kind']>> = {
  restaurant: 'restaurant',
  kitchen: 'kitchen',
  staff: 'staff',
  session: 'tableSession',
  payment: 'payment',
  order: 'order',
};
const PAYMENTS_SUFFIX = ':payments';

/** What `join-room` and `leave-room` name, such as `restaurant:7` or `admin:payments`. Null: no such room. */
export function parseRoom(name: unknown): Room | null {
  if (typeof name !== 'string') return null;
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(0, colon));
  const rest = idOf(name.slice(colon + 1));
  if (rest === null) return null;
  if (prefix === 'admin')
    return ADMIN_ROOMS.some((room) => room === rest) ? { kind: 'admin', id: rest } : null;
  if (prefix === 'restaurant' && rest.endsWith(PAYMENTS_SUFFIX)) {
    const id = idOf(rest.slice(0, -PAYMENTS_SUFFIX.length));
    return id === null ? null : { kind: 'restaurantPayments', id };
  }
  const kind = Object.hasOwn(ROOM_PREFIXES, prefix) ? ROOM_PREFIXES[prefix] : undefined;
  return kind === undefined ? null : { kind, id: rest };
}

/** The rooms that the requirements' `join:payment` and `leave:payment` name; parts without an id are left out. */
export function paymentRooms(body: unknown): Room[] {
  if (typeof body !== 'object' || body === null) return [];
  const fields = body as Record<string, unknown>;
  const kinds = [
    ['payment', 'paymentId'],
    ['order', 'orderId'],
    ['restaurantPayments', 'restaurantId'],
  ] as const;
  return kinds.flatMap(([kind, field]) => {
    const id = idOf(fields[field]);
    return id === null ? [] : [{ kind, id }];
  });
}
