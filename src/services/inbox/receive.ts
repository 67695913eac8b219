import { insertEvents } from '@/db/sql/inbox';
import { storableJson } from '@/db/storable-json';
import type { Deps } from '../context';
import type { FactOutcome } from '../payments/apply-intent';
import type { ProcessorEvent } from '../ports';
import { applyEvents } from './apply-events';
import { type EventNote, errorText, noteEvents } from './note-events';
import { retryPauseMs, waitingPauseMs } from './pauses';

export type Receipt = 'applied' | 'ignored' | 'duplicate' | 'waiting' | 'retry';
type Source = 'DELIVERY' | 'SWEEP';

/**
 * Takes one event: stores it, then applies it in the same transaction under a savepoint (decision 19). What fails or
 * finds its record missing stays in the inbox for the worker. When this returns, the event is safe; when it throws,
 * nothing is stored and the processor must send it again.
 */
export async function receiveEvent(
  deps: Deps,
  event: ProcessorEvent,
  source: Source = 'DELIVERY',
): Promise<Receipt> {
  const [receipt] = await receiveEvents(deps, [event], source);
  if (receipt === undefined) throw new Error('an event without a receipt');
  return receipt;
}

/**
 * Takes several events in one transaction, all or none: when one of several cannot be applied, this throws, nothing is
 * stored, and each has to be taken by itself (intake.ts). Several only as applyEvents allows it.
 */
export async function receiveEvents(
  deps: Deps,
  events: readonly ProcessorEvent[],
  source: Source = 'DELIVERY',
): Promise<Receipt[]> {
  const now = deps.clock.now();
  const received = new Map(events.map((event) => [event.id, event]));
  const receipts = await deps.db.transaction(async (tx) => {
    const stored = await tx.query<{ eventId: string }>(insertEvents, [
      listOf([...received.values()], source),
    ]);
    await deps.checkpoint('webhook.after-inbox-insert');
    const isStored = new Set(stored.map(({ eventId }) => eventId));
    const fresh = [...received.values()].filter((event) => isStored.has(event.id));
    const items = fresh.map((event) => ({
      event,
      ctx: {
        actor: { kind: 'system' as const, name: 'stripe' as const },
        requestId: event.id,
        now,
        settings: deps.settings,
      },
    }));
    const applied = await tx.savepoint(async () => {
      const outcomes = await applyEvents(tx, deps.inbox.apply, items);
      await deps.checkpoint('webhook.inside-apply');
      return outcomes;
    });
    if (!applied.ok && fresh.length > 1) throw applied.error;
    const ends = fresh.map((event, i) =>
      applied.ok ? endOf(event, applied.value[i]) : failed(deps, event, applied.error),
    );
    await noteEvents(
      tx,
      ends.flatMap(({ note }) => note ?? []),
    );
    return new Map(fresh.map((event, i) => [event.id, ends[i]?.receipt]));
  });
  await deps.checkpoint('webhook.before-answer');
  const given = new Set(receipts.values());
  if (given.has('applied')) deps.wake('outbox');
  if (given.has('retry')) deps.wake('inbox');
  return events.map((event) => {
    const receipt = receipts.get(event.id) ?? 'duplicate';
    // Of the same event twice in the list the first has done it.
    receipts.delete(event.id);
    return receipt;
  });
}

type End = { receipt: Receipt; note: EventNote | null };

/** The rows are written as APPLIED, so that what became of most events needs no note. */
function endOf({ id: eventId }: ProcessorEvent, outcome: FactOutcome | undefined): End {
  switch (outcome?.kind) {
    case 'applied':
      return { receipt: 'applied', note: null };
    case 'ignored':
      return { receipt: 'ignored', note: { eventId, state: 'IGNORED', outcome: outcome.reason } };
    case 'waiting':
      return {
        receipt: 'waiting',
        note: { eventId, state: 'WAITING', waitingFor: outcome.for, pauseMs: waitingPauseMs(0) },
      };
    default:
      throw new Error(`event ${eventId} was not applied`);
  }
}

function failed(deps: Deps, { id: eventId, type }: ProcessorEvent, cause: unknown): End {
  const error = errorText(cause);
  deps.log.warn({ eventId, type, error }, 'event kept for retry');
  return {
    receipt: 'retry',
    note: { eventId, state: 'RETRY', pauseMs: retryPauseMs(deps.settings, 0), error },
  };
}

/** The payload goes in as it came, which `list` could not: it is JSON already. */
function listOf(events: readonly ProcessorEvent[], source: Source): string {
  const entries = events.map((event) => {
    const row = JSON.stringify({
      event_id: event.id,
      type: event.type,
      object_id: event.objectId,
      created: event.createdSec,
      source,
    });
    return `${row.slice(0, -1)},"payload":${event.payload}}`;
  });
  return storableJson(`[${entries.join(',')}]`);
}
