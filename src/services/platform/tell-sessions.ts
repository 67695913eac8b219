import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';

/** A table session before a sync touched it, with the guests that it had. */
export interface KnownSession {
  status: string;
  guests: readonly KnownGuest[];
}

export type KnownGuest = { guestSessionId: string; guestPublicId: string; isHost: boolean; isHere: boolean };

type SessionEvent = Extract<LiveEvent, { type: `table:session_${string}` }>;

/** What a sync changed of a session, for everyone at the table: what became of it, who came and who left. */
export async function tellSession(
  tx: Tx,
  row: { id: string; restaurantId: string; tableId: string; status: string; expiresAt: Date },
  before: KnownSession | null,
  guests: readonly KnownGuest[],
  now: Date,
): Promise<void> {
  const base = {
    at: now.toISOString(),
    restaurantId: row.restaurantId,
    tableId: row.tableId,
    tableSessionId: row.id,
    orderId: null,
    paymentId: null,
  };
  const wereHere = new Set(before?.guests.filter((g) => g.isHere).map((g) => g.guestSessionId));
  const changes = guests
    .filter((guest) => guest.isHere !== wereHere.has(guest.guestSessionId))
    .map(({ guestPublicId, isHost, isHere }) => ({
      ...base,
      eventId: newId(),
      type: isHere ? ('table:user_joined' as const) : ('table:user_left' as const),
      guestPublicId,
      isHost,
    }));
  const session = {
    ...base,
    eventId: newId(),
    type: typeOf(row.status, before?.status ?? null),
    previousStatus: before?.status ?? null,
    status: row.status,
    expiresAt: row.expiresAt.toISOString(),
  };
  // Who comes is told after the session is there, who leaves before it is over.
  const isOver = session.type === 'table:session_closed';
  await emitLive(tx, (isOver ? [...changes, session] : [session, ...changes]) satisfies LiveEvent[]);
}

function typeOf(status: string, previous: string | null): SessionEvent['type'] {
  if (status === 'CLOSED' && previous !== 'CLOSED') return 'table:session_closed';
  return previous === null ? 'table:session_created' : 'table:session_updated';
}
