import { insertEvent, shortLockTimeout, updateEvent } from '@/db/sql/inbox';
import type { Deps } from '../context';
import type { FactContext } from '../payments/fact-context';
import type { ProcessorEvent } from '../ports';
import { storablePayload } from './storable-payload';
import { waitingPauseMs } from './waiting';

export type Receipt = 'applied' | 'ignored' | 'duplicate' | 'waiting' | 'retry';

/**
 * Takes one event: stores it, then applies it in the same transaction under a savepoint (decision 19). What fails or
 * finds its record missing stays in the inbox for the worker. When this returns, the event is safe; when it throws,
 * nothing is stored and the processor must send it again.
 */
export async function receiveEvent(
  deps: Deps,
  event: ProcessorEvent,
  source: 'DELIVERY' | 'SWEEP' = 'DELIVERY',
): Promise<Receipt> {
  const ctx: FactContext = {
    actor: { kind: 'system', name: 'stripe' },
    requestId: event.id,
    now: deps.clock.now(),
    settings: deps.settings,
  };
  const receipt = await deps.db.transaction(async (tx): Promise<Receipt> => {
    const stored = await tx.maybeOne(insertEvent, [
      event.id,
      event.type,
      event.objectId,
      event.createdSec,
      source,
      storablePayload(event.payload),
    ]);
    if (stored === null) return 'duplicate';
    await deps.checkpoint('webhook.after-inbox-insert');
    const applied = await tx.savepoint(async () => {
      const [, outcome] = await Promise.all([
        tx.query(shortLockTimeout, []),
        deps.inbox.apply(tx, ctx, event),
      ]);
      await deps.checkpoint('webhook.inside-apply');
      return outcome;
    });
    if (!applied.ok) {
      const retryAt = new Date(ctx.now.getTime() + deps.settings.webhookRetryDelayMs);
      await tx.query(updateEvent, [event.id, 'RETRY', null, retryAt, null, errorText(applied.error)]);
      deps.log.warn(
        { eventId: event.id, type: event.type, error: errorText(applied.error) },
        'event kept for retry',
      );
      return 'retry';
    }
    const outcome = applied.value;
    if (outcome.kind === 'ignored') {
      await tx.query(updateEvent, [event.id, 'IGNORED', null, null, outcome.reason, null]);
      return 'ignored';
    }
    if (outcome.kind === 'waiting') {
      const lookAt = new Date(ctx.now.getTime() + waitingPauseMs(0));
      await tx.query(updateEvent, [event.id, 'WAITING', outcome.for, lookAt, null, null]);
      return 'waiting';
    }
    return 'applied';
  });
  await deps.checkpoint('webhook.before-answer');
  if (receipt === 'applied') deps.wake('outbox');
  if (receipt === 'retry') deps.wake('inbox');
  return receipt;
}

/** A short text for the inbox row; never the payload. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 1000);
}
