import { beginAtCursor, knownEvents, moveCursor } from '@/db/sql/recovery';
import type { Deps } from '../context';
import type { ProcessorEvent } from '../ports';
import { receiveEvent } from './receive';

/**
 * Finds events whose webhook never came: lists the processor's events since the last position minus an overlap and puts
 * those that the inbox lacks into it (decision 20). The position, of the database's clock, moves only after everything before it
 * is stored, so a crash or a stop repeats and never skips. @returns how many were missing
 */
export async function sweepEvents(
  deps: Deps,
  options: { overlapSec: number; signal?: AbortSignal },
): Promise<number> {
  const { positionSec, nowSec } = await deps.db.one<Begin>(beginAtCursor, [CURSOR]);
  const fromSec = positionSec - options.overlapSec;
  let missing = 0;
  let afterId: string | null = null;
  do {
    const page = await deps.processor.listEvents({ fromSec, afterId });
    if (page.kind !== 'ok') {
      deps.log.warn({ outcome: page.kind, detail: page.error.detail }, 'the sweep could not list events');
      return missing;
    }
    missing += await storeMissing(deps, page.value.events);
    afterId = page.value.nextId;
    await deps.checkpoint('sweep.after-page');
    if (afterId !== null && options.signal?.aborted) return missing;
  } while (afterId !== null);
  await deps.db.query(moveCursor, [CURSOR, String(nowSec)]);
  return missing;
}

const CURSOR = 'events';
type Begin = { positionSec: number; nowSec: number };

async function storeMissing(deps: Deps, listed: readonly ProcessorEvent[]): Promise<number> {
  const known = await deps.db.query<{ eventId: string }>(knownEvents, [listed.map((event) => event.id)]);
  const ids = new Set(known.map((row) => row.eventId));
  const missing = listed.filter((event) => !ids.has(event.id)).sort((a, b) => a.createdSec - b.createdSec);
  for (const event of missing) await receiveEvent(deps, event, 'SWEEP');
  if (missing.length > 0)
    deps.log.info({ count: missing.length }, 'the sweep found events whose webhook never came');
  return missing.length;
}
