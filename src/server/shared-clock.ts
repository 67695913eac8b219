import type { Db } from '@/db/db';
import { readNow } from '@/db/sql/clock';
import type { Clock, Logger } from '@/services/ports';

export interface SharedClock extends Clock {
  /** Asks the database. @throws what the database throws; the clock goes on as before */
  correct(): Promise<void>;
  stop(): void;
}

const EVERY_MS = 60_000;
/** Less is no fault of a clock that a rule could feel. */
const TOLERATED_MS = 1_000;

/**
 * The clock of a node's rules: the machine's, moved to the database's time where the two differ by more than a second, so that a
 * machine whose clock is wrong ends, books and promises nothing at other times than its neighbours do. It is the machine's until
 * `correct` was called, and asks by itself every minute. @param machineNow milliseconds since 1970
 */
export function startSharedClock(
  db: Pick<Db, 'one'>,
  log: Pick<Logger, 'warn'>,
  machineNow: () => number = Date.now,
): SharedClock {
  let offsetMs = 0;
  const correct = async () => {
    const askedMs = machineNow();
    const { now } = await db.one<{ now: Date }>(readNow, []);
    const answeredMs = machineNow();
    const nowMs = now.getTime();
    // The question may have waited for a connection: only what lies outside of that time is wrong.
    const isRight = nowMs > askedMs - TOLERATED_MS && nowMs < answeredMs + TOLERATED_MS;
    const was = offsetMs;
    offsetMs = isRight ? 0 : nowMs - answeredMs;
    if (Math.abs(offsetMs - was) > TOLERATED_MS)
      log.warn(
        { offsetMs },
        'the clocks of this machine and of the database differ, and the database’s is used: set the wrong one right',
      );
  };
  const timer = setInterval(() => void correct().catch(() => undefined), EVERY_MS);
  timer.unref();
  return {
    now: () => new Date(machineNow() + offsetMs),
    correct,
    stop: () => clearInterval(timer),
  };
}
