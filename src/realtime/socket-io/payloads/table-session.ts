import { movesMoney } from '@/services/legacy/event-facts';
import { present } from '@/services/legacy/present';
import { type EventOf, guestIdFor, major, placeOf, type Source, statusOf, type WireEvent } from './common';

/** A table session began, changed or ended. */
export function tableSessionPayload(source: Source<EventOf<'table:session_created'>>): WireEvent {
  const { event, facts } = source;
  const session = facts.sessions.get(event.tableSessionId);
  return {
    name: event.type,
    payload: {
      ...placeOf(source),
      ...statusOf(event),
      expiresAt: event.expiresAt,
      ...(session && {
        sessionCode: session.code,
        totalAmount: major(session.totalMinor, session.currency),
        paidAmount: major(session.paidMinor, session.currency),
      }),
    },
  };
}

/**
 * What a table has paid changes with a payment or a refund. The customer app hears it as `table:session_updated`
 * (legacy-contract 5.4), right after the event of the payment. Its id is derived from that event's, so it is unique and stable.
 */
export function sessionAfterMoney(source: Source): WireEvent[] {
  const { event, facts, audience } = source;
  const session = event.tableSessionId === null ? undefined : facts.sessions.get(event.tableSessionId);
  if (audience !== 'guests' || !movesMoney(event) || !session) return [];
  const payload = {
    ...placeOf(source),
    eventId: `${event.eventId}:session`,
    status: session.status,
    newStatus: session.status,
    expiresAt: session.expiresAt.toISOString(),
    sessionCode: session.code,
    totalAmount: major(session.totalMinor, session.currency),
    paidAmount: major(session.paidMinor, session.currency),
  };
  return [{ name: 'table:session_updated', payload }];
}

/** A guest joined or left a table session. */
export function guestPayload(source: Source<EventOf<'table:user_joined'>>): WireEvent {
  const { event, facts } = source;
  const guestSessionId = guestIdFor(source, event.guestPublicId);
  const session = facts.sessions.get(event.tableSessionId);
  const userName = facts.guests.get(event.guestPublicId)?.name ?? 'Guest';
  return {
    name: event.type,
    payload: {
      ...placeOf(source),
      ...present({ sessionCode: session?.code }),
      guestSessionId,
      userName,
      isHost: event.isHost,
      user: { id: guestSessionId, guestSessionId, userName, isHost: event.isHost },
    },
  };
}

/**
 * A guest calls the staff. Staff get the guest's own text. Without one, and for other audiences, the message names the
 * table and the kind of request. Clients know low, normal and high urgency; guests cannot choose, so it is `normal`.
 */
export function assistancePayload(source: Source<EventOf<'assistance:requested'>>): WireEvent {
  const { event, facts, audience } = source;
  const words = audience === 'staff' ? facts.callWords.get(event.eventId) : undefined;
  const guest = event.guestPublicId === null ? undefined : facts.guests.get(event.guestPublicId);
  const guestSessionId = guestIdFor(source, event.guestPublicId);
  const tableName = facts.tableNames.get(event.tableId) ?? 'A table';
  return {
    name: event.type,
    payload: {
      ...placeOf(source),
      ...present({ guestSessionId, sessionId: guestSessionId }),
      notificationId: event.eventId,
      requestType: event.requestType,
      urgency: 'normal',
      message: words ?? `${tableName} asks for assistance (${event.requestType}).`,
      customerName: guest?.name ?? 'Guest',
    },
  };
}
