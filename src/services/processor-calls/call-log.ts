import type { Db } from '@/db/db';
import { insertProcessorCalls } from '@/db/sql/processor-calls';
import { newId } from '../ids';
import type { Clock, Logger, ProcessorOutcome } from '../ports';
import { paymentOfKey } from '../processor-keys';

/** One request to the processor, once it has ended. */
export interface EndedCall {
  operation: string;
  /** The id that it is about, ours or the processor's; null: no payment, so that nothing is kept of it. */
  about: string | null;
  key: string | null;
  ms: number;
  outcome: ProcessorOutcome<unknown>['kind'];
  errorCode: string | null;
}

export interface CallLog {
  /** Keeps it for the next batch. Costs the caller nothing and never throws. */
  note(call: EndedCall): void;
  /** Writes what waits. */
  close(): Promise<void>;
}

interface Row {
  id: string;
  subjectId: string;
  call: EndedCall;
  calledAt: string;
}

/**
 * Every request to the processor about a payment, written to `processor_calls` in batches beside the work: what a payment's page
 * tells of it. A crash loses at most the last moment of it; what the requests did is in rows of its own.
 */
export function createCallLog({ db, clock, log }: { db: Db; clock: Clock; log: Logger }): CallLog {
  let waiting: Row[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = async () => {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    try {
      await db.query(insertProcessorCalls, columnsOf(rows));
    } catch (error) {
      log.warn({ err: error, calls: rows.length }, 'calls to the processor could not be logged yet');
      // The newest are kept until the database is there again.
      waiting = [...rows, ...waiting].slice(-MOST_WAITING);
      schedule(RETRY_MS);
    }
  };
  const schedule = (afterMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = writing.then(write);
    }, afterMs).unref();
  };

  return {
    note(call) {
      const subjectId = (call.key && paymentOfKey(call.key)) ?? call.about;
      if (subjectId === null) return;
      const calledAt = new Date(clock.now().getTime() - call.ms).toISOString();
      if (waiting.length >= MOST_WAITING) waiting.shift();
      waiting.push({ id: newId(), subjectId, call, calledAt });
      schedule(BATCH_MS);
    },
    async close() {
      clearTimeout(timer);
      writing = writing.then(write);
      await writing;
      clearTimeout(timer);
    },
  };
}

/** Long enough that a busy moment is one statement. */
const BATCH_MS = 200;
const RETRY_MS = 5_000;
const MOST_WAITING = 10_000;
const MOST_ERROR_LENGTH = 64;

function columnsOf(rows: readonly Row[]): unknown[] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ subjectId }) => subjectId),
    rows.map(({ call }) => call.operation),
    rows.map(({ call }) => call.key),
    rows.map(({ call }) => call.outcome.toUpperCase()),
    rows.map(({ call }) => call.errorCode?.slice(0, MOST_ERROR_LENGTH) ?? null),
    rows.map(({ call }) => Math.round(call.ms)),
    rows.map(({ calledAt }) => calledAt),
  ];
}
