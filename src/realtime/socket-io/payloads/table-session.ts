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

/** Somebody sat down, or left. */
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

/** A guest asks for somebody to come: in the own words for the staff, if there are any, else made from the kind of request. */
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
      urgency: 'MEDIUM',
      message: words ?? `${tableName} asks for assistance (${event.requestType}).`,
      customerName: guest?.name ?? 'Guest',
    },
  };
}
