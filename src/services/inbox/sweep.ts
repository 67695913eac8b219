import { addSweptEvents, beginAtCursor, knownEvents, moveCursor } from '@/db/sql/recovery';
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
    const { found, lateCount } = await storeMissing(deps, page.value.events, nowSec);
    missing += found;
    if (lateCount > 0) await deps.db.query(addSweptEvents, [lateCount]);
    afterId = page.value.nextId;
    await deps.checkpoint('sweep.after-page');
    if (afterId !== null && options.signal?.aborted) return missing;
  } while (afterId !== null);
  await deps.db.query(moveCursor, [CURSOR, String(nowSec)]);
  return missing;
}

const CURSOR = 'events';
type Begin = { positionSec: number; nowSec: number };

/** A younger event's webhook may be on its way: that the sweep was first says nothing of it. */
const ON_ITS_WAY_SEC = 60;

/** `lateCount`: those whose webhook should have come. */
async function storeMissing(
  deps: Deps,
  listed: readonly ProcessorEvent[],
  nowSec: number,
): Promise<{ found: number; lateCount: number }> {
  const known = await deps.db.query<{ eventId: string }>(knownEvents, [listed.map((event) => event.id)]);
  const ids = new Set(known.map((row) => row.eventId));
  const missing = listed.filter((event) => !ids.has(event.id)).sort((a, b) => a.createdSec - b.createdSec);
  let lateCount = 0;
  for (const event of missing) {
    const receipt = await receiveEvent(deps, event, 'SWEEP');
    const isLate = event.createdSec < nowSec - ON_ITS_WAY_SEC && deps.inbox.types.includes(event.type);
    if (isLate && receipt !== 'duplicate') lateCount += 1;
  }
  if (lateCount > 0)
    deps.log.warn({ count: lateCount }, 'the sweep found events whose webhook should have come');
  return { found: missing.length, lateCount };
}
