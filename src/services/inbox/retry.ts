import { shortLockTimeout, updateEvent } from '@/db/sql/inbox';
import { countAttempt, takeDueEvent, takeEvent } from '@/db/sql/recovery';
import type { Tx } from '@/db/transaction';
import type { Deps } from '../context';
import type { FactContext } from '../payments/fact-context';
import { errorText } from './receive';
import { settleForeign, waitingPauseMs } from './waiting';

/** An event as the inbox keeps it. payload null: it has expired (decision 24). */
export type StoredEvent = {
  eventId: string;
  type: string;
  state: string;
  attempts: number;
  receivedAt: Date;
  payload: string | null;
};

/**
 * Applies due events of the inbox, one transaction each, until none is due, `limit` is reached or the signal says stop.
 * Failures are counted and pushed back with growing pauses, then dead; a missing record is waited for without counting,
 * dead after its time unless it was another program's (decision 19). @returns how many were tried
 */
export async function retryEvents(
  deps: Deps,
  { limit = 100, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<number> {
  for (let tried = 0; tried < limit; tried++) {
    if (signal?.aborted) return tried;
    const done = await deps.db.transaction(async (tx) => {
      const event = await tx.maybeOne<StoredEvent>(takeDueEvent, [deps.clock.now()]);
      return event && { eventId: event.eventId, ...(await tryEvent(tx, deps, event)) };
    });
    if (!done) return tried;
    if (done.waitedFor !== undefined) await settleForeign(deps, done.eventId, done.waitedFor);
    deps.wake('outbox');
  }
  return limit;
}

/** Tries one event again now, also a dead one. @returns its state afterwards; null: there is no such event */
export async function replayEvent(deps: Deps, eventId: string): Promise<string | null> {
  const done = await deps.db.transaction(async (tx): Promise<Tried | null> => {
    const event = await tx.maybeOne<StoredEvent>(takeEvent, [eventId]);
    if (!event) return null;
    if (event.state === 'APPLIED') return { state: event.state };
    return tryEvent(tx, deps, event);
  });
  deps.wake('outbox');
  if (done?.waitedFor !== undefined) return settleForeign(deps, eventId, done.waitedFor);
  return done?.state ?? null;
}

/** `waitedFor`: what a dead event has waited for in vain. */
type Tried = { state: string; waitedFor?: string };

/** Applies under a savepoint and notes the result on the row, which the caller has locked. */
async function tryEvent(tx: Tx, deps: Deps, event: StoredEvent): Promise<Tried> {
  const now = deps.clock.now();
  const ctx: FactContext = {
    actor: { kind: 'system', name: 'inbox' },
    requestId: event.eventId,
    now,
    settings: deps.settings,
  };
  const { settings } = deps;
  const note = (
    state: string,
    next: Date | null,
    more: { waitingFor?: string; outcome?: string; error?: string },
  ) =>
    tx.query(updateEvent, [
      event.eventId,
      state,
      more.waitingFor ?? null,
      next,
      more.outcome ?? null,
      more.error ?? null,
    ]);

  if (event.payload === null) {
    await note('DEAD', null, { error: 'its payload has expired: look the object up at the processor' });
    return { state: 'DEAD' };
  }
  const { payload } = event;
  const applied = await tx.savepoint(async () => {
    await tx.query(shortLockTimeout, []);
    // In here, so that a payload which no longer parses is counted like any failure and holds nobody up.
    return deps.inbox.apply(tx, ctx, deps.inbox.reader.parse(payload));
  });
  if (!applied.ok) {
    await tx.query(countAttempt, [event.eventId, 1]);
    const attempts = event.attempts + 1;
    const error = errorText(applied.error);
    // The first attempt was the delivery's own: WEBHOOK_RETRY_ATTEMPTS counts the repeats.
    if (attempts > settings.webhookRetryAttempts) {
      await note('DEAD', null, { error });
      deps.log.error(
        { eventId: event.eventId, type: event.type, attempts, error },
        'event is dead: replay it by hand',
      );
      return { state: 'DEAD' };
    }
    const pauseMs = settings.webhookRetryDelayMs * 2 ** (attempts - 1);
    await note('RETRY', new Date(now.getTime() + pauseMs), { error });
    return { state: 'RETRY' };
  }
  const outcome = applied.value;
  if (outcome.kind === 'waiting') {
    const ageMs = now.getTime() - event.receivedAt.getTime();
    const isOver = ageMs > settings.webhookWaitingMaxHours * 3_600_000;
    const nextLook = isOver ? null : new Date(now.getTime() + waitingPauseMs(ageMs));
    await note(isOver ? 'DEAD' : 'WAITING', nextLook, {
      waitingFor: outcome.for,
      error: 'its record is not here',
    });
    return isOver ? { state: 'DEAD', waitedFor: outcome.for } : { state: 'WAITING' };
  }
  const state = outcome.kind === 'applied' ? 'APPLIED' : 'IGNORED';
  await note(state, null, outcome.kind === 'ignored' ? { outcome: outcome.reason } : {});
  return { state };
}
