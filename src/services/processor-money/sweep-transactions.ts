import { readNow } from '@/db/sql/clock';
import { endWindow, readFirstPayment, setBookmark } from '@/db/sql/processor-sync';
import { readCursor } from '@/db/sql/recovery';
import type { Deps } from '../context';
import { keepTransactions } from './keep-transactions';

export const TRANSACTIONS_CURSOR = 'balance-transactions';
const BOOKMARK = 'balance-transactions-window';
const WINDOW_SEC = 86_400;

/** A span of time that is read page by page, newest first. `afterId`: the last transaction of the last page kept. */
type Window = { fromSec: number; beforeSec: number; afterId: string | null };

/**
 * Reads the processor's balance transactions since the last position minus an overlap, in windows of a day and pages of a
 * hundred, and keeps them. Every page is kept before the bookmark moves, and a window before the position does, so that a
 * crash, a stop or an outage anywhere repeats at most one page and never skips. The first run begins with the first payment.
 * @returns whether it has come to the present
 */
export async function sweepTransactions(
  deps: Deps,
  { overlapSec, signal }: { overlapSec: number; signal?: AbortSignal },
): Promise<boolean> {
  // The second that runs now may still get more; the overlap of the next run has it again.
  const { now } = await deps.db.one<{ now: Date }>(readNow, []);
  const endSec = Math.floor(now.getTime() / 1000) + 1;
  let window: Window | null = (await readBookmark(deps)) ?? (await firstWindow(deps, overlapSec, endSec));
  while (window !== null) {
    if (!(await readWindow(deps, window, signal))) return false;
    await deps.db.query(endWindow, [TRANSACTIONS_CURSOR, String(window.beforeSec), BOOKMARK]);
    window = nextWindow(window.beforeSec, endSec);
  }
  return true;
}

/** False: it could not be read to its end, and its bookmark says where to go on. */
async function readWindow(deps: Deps, window: Window, signal: AbortSignal | undefined): Promise<boolean> {
  let { afterId } = window;
  do {
    if (signal?.aborted) return false;
    const page = await deps.processor.listTransactions(window, afterId);
    if (page.kind !== 'ok') {
      deps.log.warn(
        { outcome: page.kind, detail: page.error.detail },
        'the balance transactions could not be listed',
      );
      return false;
    }
    await keepTransactions(deps.db, page.value.transactions);
    afterId = page.value.nextId;
    if (afterId !== null) await deps.db.query(setBookmark, [BOOKMARK, textOf({ ...window, afterId })]);
  } while (afterId !== null);
  return true;
}

async function firstWindow(deps: Deps, overlapSec: number, endSec: number): Promise<Window | null> {
  const position = await deps.db.maybeOne<{ position: string }>(readCursor, [TRANSACTIONS_CURSOR]);
  // One in the future, left by a wrong clock, would hide everything until then.
  if (position) return nextWindow(Math.min(Number(position.position), endSec) - overlapSec, endSec);
  const { firstSec } = await deps.db.one<{ firstSec: number | null }>(readFirstPayment, []);
  return nextWindow((firstSec ?? endSec) - overlapSec, endSec);
}

function nextWindow(fromSec: number, endSec: number): Window | null {
  if (fromSec >= endSec) return null;
  return { fromSec, beforeSec: Math.min(fromSec + WINDOW_SEC, endSec), afterId: null };
}

async function readBookmark(deps: Deps): Promise<Window | null> {
  const row = await deps.db.maybeOne<{ position: string }>(readCursor, [BOOKMARK]);
  const [fromSec, beforeSec, afterId] = row?.position.split('|') ?? [];
  if (fromSec === undefined || beforeSec === undefined || afterId === undefined) return null;
  return { fromSec: Number(fromSec), beforeSec: Number(beforeSec), afterId };
}

function textOf({ fromSec, beforeSec, afterId }: Window): string {
  return [fromSec, beforeSec, afterId].join('|');
}
