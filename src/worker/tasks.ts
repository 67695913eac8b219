import type { Deps } from '@/services/context';
import { retryEvents } from '@/services/inbox/retry';
import { sweepEvents } from '@/services/inbox/sweep';
import { expirePayments } from '@/services/recovery/expire-payments';
import { finishCalls } from '@/services/recovery/finish-calls';

/** When each kind of recovery runs, in seconds unless the name says otherwise. */
export interface RecoveryTimes {
  pollMs: number;
  janitorAfterSec: number;
  sweepIntervalSec: number;
  sweepOverlapSec: number;
}

export interface Task {
  /** Pause between two runs; a wake-up runs it sooner. */
  everyMs: number;
  run(): Promise<unknown>;
}

/** The recovery, as named tasks. Each is safe to run on every node at once and does nothing when nothing is due. */
export function recoveryTasks(deps: Deps, times: RecoveryTimes): Record<string, Task> {
  return {
    'retry-events': { everyMs: times.pollMs, run: () => retryEvents(deps) },
    'finish-calls': { everyMs: times.pollMs * 5, run: () => finishCalls(deps, times.janitorAfterSec) },
    'expire-payments': { everyMs: times.pollMs * 10, run: () => expirePayments(deps) },
    'sweep-events': {
      everyMs: times.sweepIntervalSec * 1000,
      run: () => sweepEvents(deps, { overlapSec: times.sweepOverlapSec }),
    },
  };
}
