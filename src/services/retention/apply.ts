import type { Statement } from '@/db/sql';
import {
  deleteExpiredChunks,
  deleteIdleRuns,
  deleteOldAudit,
  deleteOldCalls,
  deleteOldExports,
  deleteOldKeys,
  deleteOldPayloads,
  deleteOldPaymentAudit,
  deleteOldStaffCallWords,
  emptyOldEvidence,
} from '@/db/sql/retention';
import type { Deps } from '../context';
import { pruneLiveEvents } from '../live/prune';
import { repeatErasures } from '../privacy/repeat';
import { pruneLedger } from './prune-ledger';

/** How long each kind of row is kept (decision 24). */
export interface RetentionTimes {
  /** Live events. */
  outboxDays: number;
  idempotencyHours: number;
  webhookPayloadDays: number;
  /** Ledger and audit. */
  recordYears: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What was exported is listed so much longer than its file lives. */
const EXPORT_DAYS = 30;
/** Hourly runs that found nothing. */
const IDLE_RUN_DAYS = 30;

// So few at a time that each takes far less than 200 ms (decision 28): the stream of live events waits for the longest transaction.
const KEYS = 2_000;
const PAYLOADS = 500;
const AUDIT = 1_000;
const ENTRIES = 500;
const CHUNKS = 20;

/**
 * Deletes what is older than its retention, oldest first, a short transaction per chunk, and forgets again what came in about
 * forgotten people. Safe to run on every node and to break off anywhere. @returns how many rows went, by kind
 */
export async function applyRetention(
  deps: Deps,
  times: RetentionTimes,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Record<string, number>> {
  const now = deps.clock.now();
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const recordsBefore = yearsBefore(now, times.recordYears);
  const payloadsMs = times.webhookPayloadDays * DAY_MS;
  const rows = (statement: Statement, before: Date, limit: number) => () =>
    inChunks(signal, limit, async () => {
      const { deleted } = await deps.db.one<{ deleted: number }>(statement, [before, limit]);
      return deleted;
    });
  return each({
    liveEvents: () => pruneLiveEvents(deps, { keepDays: times.outboxDays, signal }),
    staffCallWords: rows(deleteOldStaffCallWords, ago(times.outboxDays * DAY_MS), KEYS),
    idempotencyKeys: rows(deleteOldKeys, ago(times.idempotencyHours * HOUR_MS), KEYS),
    webhookPayloads: rows(deleteOldPayloads, ago(payloadsMs), PAYLOADS),
    // The processor's events say the same, so it is kept as long.
    disputeEvidence: rows(emptyOldEvidence, ago(payloadsMs), PAYLOADS),
    paymentAudit: rows(deleteOldPaymentAudit, recordsBefore, AUDIT),
    audit: rows(deleteOldAudit, recordsBefore, AUDIT),
    processorCalls: rows(deleteOldCalls, recordsBefore, AUDIT),
    ledgerEntries: () =>
      inChunks(signal, ENTRIES, () =>
        pruneLedger(deps, { beforeDay: recordsBefore.toISOString().slice(0, 10), limit: ENTRIES }),
      ),
    idleRuns: rows(deleteIdleRuns, ago(IDLE_RUN_DAYS * DAY_MS), AUDIT),
    exportChunks: rows(deleteExpiredChunks, now, CHUNKS),
    exports: rows(deleteOldExports, ago(EXPORT_DAYS * DAY_MS), KEYS),
    erasures: () => repeatErasures(deps, { forMs: payloadsMs, signal }),
  });
}

/** One after the other. What fails does not stop the others; its error is thrown in the end. */
async function each<Kind extends string>(
  steps: Record<Kind, () => Promise<number>>,
): Promise<Record<Kind, number>> {
  const counts = {} as Record<Kind, number>;
  const errors: unknown[] = [];
  for (const kind of Object.keys(steps) as Kind[]) {
    try {
      counts[kind] = await steps[kind]();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return counts;
}

/** Until a chunk is not full: then nothing is left. */
async function inChunks(
  signal: AbortSignal | undefined,
  limit: number,
  run: () => Promise<number>,
): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const count = await run();
    total += count;
    if (count < limit) break;
  }
  return total;
}

function yearsBefore(now: Date, years: number): Date {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() - years);
  return then;
}
