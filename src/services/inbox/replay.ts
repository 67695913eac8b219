import { insertAudit } from '@/db/sql/audit';
import { actorLabel } from '../actor';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { replayEvent } from './retry';
import { type ReplayInput, replayInput } from './schemas';

/**
 * Tries events again now, dead ones too. An applied event stays as it is: replaying is always safe.
 * @returns each event's state afterwards; null: there is no such event. @throws ServiceError FORBIDDEN
 */
export async function replayEvents(
  ctx: ServiceContext,
  raw: ReplayInput,
): Promise<{ results: { eventId: string; state: string | null }[] }> {
  authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
  const { eventIds } = parseInput(replayInput, raw);
  const results = [];
  for (const eventId of eventIds) {
    const state = await replayEvent(ctx, eventId);
    await ctx.db.query(insertAudit, [
      newId(),
      actorLabel(ctx.actor),
      'webhook_replayed',
      'webhook_event',
      eventId,
      null,
      JSON.stringify({ state }),
      ctx.request.id,
    ]);
    results.push({ eventId, state });
  }
  return { results };
}
