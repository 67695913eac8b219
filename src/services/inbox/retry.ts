import { shortLockTimeout } from '@/db/sql/inbox';
import { countAttempt, takeBackLatePauses, takeDueEvents, takeEvent } from '@/db/sql/recovery';
import type { Tx } from '@/db/transaction';
import type { Deps } from '../context';
import { isUuid } from '../ids';
import type { FactOutcome } from '../payments/apply-intent';
import type { FactContext } from '../payments/fact-context';
import type { ProcessorEvent } from '../ports';
import { applyEvents, intentOf } from './apply-events';
import { type EventNote, errorText, noteEvents } from './note-events';
import { longestPauseMs, retryPauseMs, waitingPauseMs } from './pauses';
import { tellDead } from './tell-dead';
import { settleForeign } from './waiting';

/** An event as the inbox keeps it. payload null: it has expired (decision 24). */
export type StoredEvent = {
  eventId: string;
  type: string;
  state: string;
  attempts: number;
  ageMs: number;
  payload: string | null;
};

/** Stored events that are tried in one transaction. */
const MAX_TOGETHER = 32;

/**
 * Applies due events of the inbox until none is due, `limit` is reached or the signal says stop; several in a transaction,
 * and one by one where that fails. Failures are counted and pushed back with growing pauses, then dead; a missing record is
 * waited for without counting, dead after its time unless it was another program's (decision 19). Pauses and ages are the
 * database's, so that a node whose clock is wrong harms none. @returns how many were tried
 */
export async function retryEvents(
  deps: Deps,
  { limit = 100, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<number> {
  await deps.db.query(takeBackLatePauses, [longestPauseMs(deps.settings)]);
  let tried = 0;
  let oneByOne = 0;
  while (tried < limit && !signal?.aborted) {
    const atMost = oneByOne > 0 ? 1 : Math.min(MAX_TOGETHER, limit - tried);
    const done = await tryDue(deps, atMost).catch((error: unknown) => {
      if (atMost === 1) throw error;
      deps.log.warn({ error: errorText(error) }, 'stored events are tried one by one');
      return null;
    });
    if (done === null) {
      oneByOne = atMost;
      continue;
    }
    if (done.length === 0) return tried;
    tried += done.length;
    oneByOne--;
    for (const { eventId, waitedFor } of done)
      if (waitedFor !== undefined) await settleForeign(deps, eventId, waitedFor);
    deps.wake('outbox');
  }
  return tried;
}

/** Tries what is due in one transaction: several at once, or the first alone. @throws when one of several fails */
async function tryDue(deps: Deps, atMost: number): Promise<(Tried & { eventId: string })[]> {
  return deps.db.transaction(async (tx) => {
    const due = await tx.query<StoredEvent>(takeDueEvents, [atMost]);
    const [first] = due;
    if (first === undefined) return [];
    const ctx = contextOf(deps);
    const together = due.flatMap((stored) => {
      const event = readIntentEvent(deps, stored);
      return event === null ? [] : [{ stored, event, ctx: ctx(stored) }];
    });
    // Those that are left out stay due; as the first they are tried alone.
    if (together.length < 2 || together[0]?.stored !== first)
      return [{ eventId: first.eventId, ...(await tryEvent(tx, deps, first)) }];
    const outcomes = await applyEvents(tx, deps.inbox.apply, together);
    const ends = together.flatMap(({ stored }, i) => {
      const outcome = outcomes[i];
      return outcome === undefined ? [] : [{ stored, ...endOf(deps, stored, outcome) }];
    });
    await noteEvents(
      tx,
      ends.map(({ note }) => note),
    );
    for (const { stored, tried } of ends) await tellIfDead(tx, deps, stored, tried);
    return ends.map(({ stored, tried }) => ({ eventId: stored.eventId, ...tried }));
  });
}

/** The event when it may be tried with others; null: by itself. */
function readIntentEvent(deps: Deps, stored: StoredEvent): ProcessorEvent | null {
  if (stored.payload === null) return null;
  try {
    const event = deps.inbox.reader.parse(stored.payload);
    return intentOf(event) === null ? null : event;
  } catch {
    return null;
  }
}

function contextOf(deps: Deps): (stored: StoredEvent) => FactContext {
  const now = deps.clock.now();
  return (stored) => ({
    actor: { kind: 'system', name: 'inbox' },
    requestId: stored.eventId,
    now,
    settings: deps.settings,
  });
}

/** What becomes of an event that did not fail. */
function endOf(deps: Deps, event: StoredEvent, outcome: FactOutcome): { note: EventNote; tried: Tried } {
  const { eventId } = event;
  if (outcome.kind === 'applied') return { note: { eventId, state: 'APPLIED' }, tried: { state: 'APPLIED' } };
  if (outcome.kind === 'ignored') {
    const note = { eventId, state: 'IGNORED' as const, outcome: outcome.reason };
    return { note, tried: { state: 'IGNORED' } };
  }
  const missing = { eventId, waitingFor: outcome.for, error: 'its record is not here' };
  if (event.ageMs > deps.settings.webhookWaitingMaxHours * 3_600_000) {
    return { note: { ...missing, state: 'DEAD' }, tried: { state: 'DEAD', waitedFor: outcome.for } };
  }
  const note = { ...missing, state: 'WAITING' as const, pauseMs: waitingPauseMs(event.ageMs) };
  return { note, tried: { state: 'WAITING' } };
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
  const { eventId, payload } = event;
  const { settings } = deps;
  if (payload === null) {
    const error = 'its payload has expired: look the object up at the processor';
    await noteEvents(tx, [{ eventId, state: 'DEAD', error }]);
    await tellDead(tx, event, deps.clock.now());
    return { state: 'DEAD' };
  }
  const ctx = contextOf(deps)(event);
  const applied = await tx.savepoint(async () => {
    await tx.query(shortLockTimeout, []);
    // In here, so that a payload which no longer parses is counted like any failure and holds nobody up.
    return deps.inbox.apply(tx, ctx, deps.inbox.reader.parse(payload));
  });
  if (!applied.ok) {
    await tx.query(countAttempt, [eventId, 1]);
    const attempts = event.attempts + 1;
    const error = errorText(applied.error);
    // The first attempt was the delivery's own: WEBHOOK_RETRY_ATTEMPTS counts the repeats.
    if (attempts > settings.webhookRetryAttempts) {
      await noteEvents(tx, [{ eventId, state: 'DEAD', error }]);
      await tellDead(tx, event, ctx.now);
      deps.log.error({ eventId, type: event.type, attempts, error }, 'event is dead: replay it by hand');
      return { state: 'DEAD' };
    }
    const pauseMs = retryPauseMs(settings, attempts - 1);
    await noteEvents(tx, [{ eventId, state: 'RETRY', pauseMs, error }]);
    return { state: 'RETRY' };
  }
  const { note, tried } = endOf(deps, event, applied.value);
  await noteEvents(tx, [note]);
  await tellIfDead(tx, deps, event, tried);
  return tried;
}

/** Not yet of an event that waited for an intent: that may be a stranger's, which settleForeign finds out. */
async function tellIfDead(tx: Tx, deps: Deps, event: StoredEvent, tried: Tried): Promise<void> {
  if (tried.state !== 'DEAD' || !isUuid(tried.waitedFor)) return;
  await tellDead(tx, event, deps.clock.now());
}
