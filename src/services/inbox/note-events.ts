import { list } from '@/db/json-list';
import { updateEvents } from '@/db/sql/inbox';
import type { Tx } from '@/db/transaction';

/** What has become of an event. What is left out is cleared. */
export interface EventNote {
  eventId: string;
  state: 'APPLIED' | 'IGNORED' | 'WAITING' | 'RETRY' | 'DEAD';
  waitingFor?: string;
  /** Until it is tried again. */
  pauseMs?: number;
  outcome?: string;
  error?: string;
}

/** Writes the notes onto the events' rows. */
export async function noteEvents(tx: Tx, notes: readonly EventNote[]): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map((note) => ({
    event_id: note.eventId,
    state: note.state,
    waiting_for: note.waitingFor,
    pause_ms: note.pauseMs,
    outcome: note.outcome,
    last_error: note.error,
  }));
  await tx.query(updateEvents, [list(...rows)]);
}

/** A short text for the inbox row; never the payload. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 1000);
}
