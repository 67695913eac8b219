/** The platform staff's rooms (legacy-contract 5.2). */
const ADMIN_ROOMS = ['system', 'analytics', 'restaurants', 'users', 'payments'] as const;
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

interface RoomForm {
  /** With `<id>` where the id stands. */
  name: string;
  kind: Room['kind'];
  /** The only ids that there are; absent: any. */
  ids?: readonly string[];
}

/** Every name that `join-room` and `leave-room` take. The first that fits counts, as ids may hold colons. */
export const ROOM_FORMS: readonly RoomForm[] = [
  { name: 'restaurant:<id>:payments', kind: 'restaurantPayments' },
  { name: 'restaurant:<id>', kind: 'restaurant' },
  { name: 'kitchen:<id>', kind: 'kitchen' },
  { name: 'staff:<id>', kind: 'staff' },
  { name: 'session:<id>', kind: 'tableSession' },
  { name: 'payment:<id>', kind: 'payment' },
  { name: 'order:<id>', kind: 'order' },
  { name: 'admin:<id>', kind: 'admin', ids: ADMIN_ROOMS },
];

const PARSERS = ROOM_FORMS.map(({ name, kind, ids }) => {
  const [before = '', after = ''] = name.split('<id>');
  const fits = (sent: string) =>
    sent.length >= before.length + after.length && sent.startsWith(before) && sent.endsWith(after);
  const parse = (sent: string): Room | null => {
    const id = idOf(sent.slice(before.length, sent.length - after.length));
    return id === null || ids?.includes(id) === false ? null : { kind, id };
  };
  return { fits, parse };
});

/** What `join-room` and `leave-room` name, such as `restaurant:7` or `admin:payments`. Null: no such room. */
export function parseRoom(name: unknown): Room | null {
  if (typeof name !== 'string') return null;
  return PARSERS.find(({ fits }) => fits(name))?.parse(name) ?? null;
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
