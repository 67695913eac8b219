import type { Deps } from '../context';
import type { ProcessorEvent } from '../ports';
import { intentOf } from './apply-events';
import { gatherCalls } from './gather-calls';
import { errorText } from './note-events';
import { type Receipt, receiveEvent, receiveEvents } from './receive';

export const MAX_TOGETHER = 32;
/** Two, so that the process prepares one while the database works on the other, and one that waits for a lock is not all. */
export const MAX_RUNNING = 2;

/**
 * Where deliveries come in: events that arrive at the same time are received in one transaction (docs/adr/0025). Each is
 * answered once that is committed. When one of them cannot be applied, each is received by itself: nobody pays for another.
 */
export function createIntake(deps: Deps): (event: ProcessorEvent) => Promise<Receipt> {
  const gathered = gatherCalls((events: readonly ProcessorEvent[]) => receiveTogether(deps, events), {
    maxItems: MAX_TOGETHER,
    maxRunning: MAX_RUNNING,
  });
  return (event) => (intentOf(event) === null ? receiveEvent(deps, event) : gathered(event));
}

async function receiveTogether(
  deps: Deps,
  events: readonly ProcessorEvent[],
): Promise<PromiseSettledResult<Receipt>[]> {
  if (events.length > 1) {
    try {
      const receipts = await receiveEvents(deps, events);
      return receipts.map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      deps.log.warn({ events: events.length, error: errorText(error) }, 'events are received one by one');
    }
  }
  return Promise.allSettled(events.map((event) => receiveEvent(deps, event)));
}
