import { takeEvent } from '@/db/sql/recovery';
import type { Deps } from '../context';
import { isUuid } from '../ids';
import { noteEvents } from './note-events';
import { tellDead } from './tell-dead';

/**
 * Ends an event that has waited for an intent in vain: ignored as foreign when the processor says that the intent names no
 * payment of ours (others may use the same account), else left dead for a person. Asks the processor, so never call it
 * within a transaction. @returns the event's state afterwards
 */
export async function settleForeign(deps: Deps, eventId: string, waitedFor: string): Promise<string> {
  // A payment of ours that is missing is no stranger's.
  if (isUuid(waitedFor)) return 'DEAD';
  const intent = await deps.processor.retrieveIntent(waitedFor);
  const isOurs = intent.kind !== 'ok' || intent.value.metadata.paymentId !== undefined;
  return deps.db.transaction(async (tx) => {
    const event = await tx.maybeOne<{ eventId: string; type: string; state: string }>(takeEvent, [eventId]);
    if (event?.state !== 'DEAD') return event?.state ?? 'DEAD';
    if (isOurs) {
      await tellDead(tx, event, deps.clock.now());
      return 'DEAD';
    }
    const outcome = 'foreign: its intent names no payment of ours';
    await noteEvents(tx, [{ eventId, state: 'IGNORED', outcome }]);
    return 'IGNORED';
  });
}
