import { insertAudit } from '@/db/sql/audit';
import { eventStates, makeEventsDue } from '@/db/sql/recovery';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { replayEvent } from './retry';
import { type ReplayInput, replayInput } from './schemas';

/**
 * Tries events again now, dead ones too. First they are made due, so that what a crash interrupts the worker goes on with.
 * An applied event stays as it is: replaying is always safe, and a repeat of the call tries nothing anew.
 * @returns each event's state afterwards; null: there is no such event. @throws ServiceError FORBIDDEN, IDEMPOTENCY_KEY_REUSED
 */
export async function replayEvents(
  ctx: ServiceContext,
  raw: ReplayInput,
): Promise<{ results: { eventId: string; state: string | null }[] }> {
  authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
  const { idempotencyKey, ...input } = parseInput(replayInput, raw);
  const operation = operationKey(ctx.actor, 'inbox.replay', idempotencyKey, input);
  const { isFirst } = await ctx.db.transaction((tx) =>
    once(tx, operation, () => makeDue(tx, ctx, input.eventIds)),
  );
  if (isFirst) for (const eventId of input.eventIds) await replayEvent(ctx, eventId);
  const found = await ctx.db.query<EventState>(eventStates, [input.eventIds]);
  const states = new Map(found.map(({ eventId, state }) => [eventId, state]));
  return { results: input.eventIds.map((eventId) => ({ eventId, state: states.get(eventId) ?? null })) };
}

type EventState = { eventId: string; state: string };

async function makeDue(tx: Tx, ctx: ServiceContext, eventIds: string[]): Promise<{ eventIds: string[] }> {
  const asked = await tx.query<EventState>(makeEventsDue, [eventIds]);
  for (const { eventId, state } of asked) {
    await tx.query(insertAudit, [
      newId(),
      actorLabel(ctx.actor),
      'webhook_replayed',
      'webhook_event',
      eventId,
      null,
      JSON.stringify({ previousState: state }),
      ctx.request.id,
    ]);
  }
  return { eventIds };
}
