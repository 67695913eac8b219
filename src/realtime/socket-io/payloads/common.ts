import { toMajorNumber } from '@/domain/money';
import type { EventFacts } from '@/services/legacy/event-facts';
import { present } from '@/services/legacy/present';
import type { LiveEvent } from '@/services/live/events';

/**
 * Who reads it. Guests of one table see each other's secret ids, as the old wire had it; staff get public ids, and the
 * reasons that staff wrote; a room where both may be gets neither (docs/adr/0019).
 */
export type Audience = 'guests' | 'staff' | 'both';

/** One message on the wire. `payload` is flat, without a `type` key, which would hide the client's own (legacy-contract 5.3). */
export interface WireEvent {
  name: string;
  payload: Record<string, unknown>;
}

/** What a payload is made from. */
export interface Source<Event extends LiveEvent = LiveEvent> {
  event: Event;
  facts: EventFacts;
  audience: Audience;
}

/** The member of the union whose types include this one. */
export type EventOf<Type extends LiveEvent['type']> = Having<LiveEvent, Type>;
type Having<Event extends LiveEvent, Type> = Event extends LiveEvent
  ? Type extends Event['type']
    ? Event
    : never
  : never;

/** Where the event belongs, on every payload; ids that do not apply are left out. */
export function placeOf({ event, facts }: Source) {
  const session = event.tableSessionId === null ? undefined : facts.sessions.get(event.tableSessionId);
  const tableId = ('tableId' in event ? event.tableId : null) ?? session?.tableId;
  return {
    eventId: event.eventId,
    timestamp: event.at,
    updatedAt: event.at,
    ...present({
      restaurantId: event.restaurantId,
      orderId: event.orderId,
      paymentId: event.paymentId,
      tableSessionId: event.tableSessionId,
      tableId,
      tableName: tableId === undefined ? null : facts.tableNames.get(tableId),
    }),
  };
}

/** A guest's id as this audience may see it; undefined: no guest. */
export function guestIdFor({ facts, audience }: Source, publicId: string | null): string | undefined {
  if (publicId === null) return undefined;
  return audience === 'guests' ? (facts.guests.get(publicId)?.guestSessionId ?? publicId) : publicId;
}

/** Dollars, as a JSON number. */
export function major(amountMinor: number, currency: string): number {
  return toMajorNumber(amountMinor, currency);
}

/** Status under both of its names, and the one before. */
export function statusOf(event: { status: string; previousStatus: string | null }) {
  return {
    status: event.status,
    newStatus: event.status,
    ...present({ previousStatus: event.previousStatus }),
  };
}

/** Who called it off, and why: names of staff and what people wrote are the staff's to read. `id`: the payment, or the group. */
export function cancellationOf(source: Source, id: string) {
  const { facts, audience } = source;
  const found = facts.cancellations.get(id);
  const guestName = facts.guests.get(found?.guestPublicId ?? '')?.name;
  return {
    cancelledBy: present({
      participantId: guestIdFor(source, found?.guestPublicId ?? null),
      participantName: guestName ?? (audience === 'staff' ? found?.userName : null),
    }),
    ...present({ reason: audience === 'staff' ? found?.reason : null }),
  };
}
