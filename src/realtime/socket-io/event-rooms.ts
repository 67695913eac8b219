import type { LiveEvent } from '@/services/live/events';
import { roomKeysOf } from '@/services/live/rooms';
import type { Audience } from './payloads';
import { type AdminRoom, roomKey } from './rooms';
import type { NamespaceName } from './types';

/** Each namespace with who may be in its rooms. */
export const AUDIENCES: Readonly<Record<NamespaceName, Audience>> = {
  '/customer': 'guests',
  '/restaurant': 'staff',
  '/': 'both',
};

/** The rooms that hear an event. Several at once, so that a socket in two of them gets it once. */
export function roomsOf(event: LiveEvent, namespace: NamespaceName): string[] {
  const shared = roomKeysOf(event).filter((key) => SHARED.test(key));
  return namespace === '/customer' ? shared : [...shared, ...staffRooms(event), ...adminRooms(event)];
}

/** What guests and staff may both be in; who else hears of it is decided where the event is placed. */
const SHARED = /^(payment|order|tableSession):/;

function staffRooms({ type, restaurantId: id }: LiveEvent): string[] {
  if (id === null) return [];
  const isMoney = MONEY.test(type);
  return [
    roomKey({ kind: 'restaurant', id }),
    // R's orders page leaves `restaurant:{id}` when it closes; payments still reach its other screens.
    ...(isMoney ? [roomKey({ kind: 'restaurantPayments', id })] : []),
    ...(isMoney ? [] : [roomKey({ kind: 'kitchen', id }), roomKey({ kind: 'staff', id })]),
  ];
}
const MONEY = /^(payment|dispute|split|analytics|reconciliation):/;

function adminRooms({ type }: LiveEvent): string[] {
  const [, rooms] = ADMIN_ROOMS.find(([family]) => family.test(type)) ?? [];
  return (rooms ?? []).map((id) => roomKey({ kind: 'admin', id }));
}
const ADMIN_ROOMS: readonly (readonly [RegExp, readonly AdminRoom[]])[] = [
  [/^(payment|dispute|split):/, ['payments']],
  [/^analytics:/, ['analytics']],
  [/^(webhook|reconciliation):/, ['system', 'payments']],
  [/^(table|order):/, ['restaurants']],
];
