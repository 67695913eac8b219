import type { AlertThresholds } from '@/domain/alert';
import { healMetrics } from '@/services/analytics/heal';
import { updateMetrics } from '@/services/analytics/update';
import { watchAlerts } from '@/services/analytics/watch-alerts';
import type { Deps } from '@/services/context';
import { atDatabaseTime, notAhead } from '@/services/database-time';
import { finishEvidence } from '@/services/disputes/finish-evidence';
import { makeExports } from '@/services/exports/make';
import { retryEvents } from '@/services/inbox/retry';
import { sweepEvents } from '@/services/inbox/sweep';
import { sendNotifications } from '@/services/notifications/send';
import { finishDetaches } from '@/services/payment-methods/detach';
import type { Notifier } from '@/services/ports';
import { syncProcessorMoney } from '@/services/processor-money/sync';
import { planIncremental } from '@/services/reconciliation/plan-incremental';
import { planNightly } from '@/services/reconciliation/plan-nightly';
import { runDue } from '@/services/reconciliation/run';
import { expirePayments } from '@/services/recovery/expire-payments';
import { finishCalls } from '@/services/recovery/finish-calls';
import { finishShareChanges } from '@/services/recovery/finish-share-changes';
import { finishSplits } from '@/services/recovery/finish-splits';
import { refundOverCollected } from '@/services/recovery/refund-over-collected';
import { applyRetention, type RetentionTimes } from '@/services/retention/apply';

/** When the tasks run, in seconds unless the name says otherwise. */
export interface TaskTimes {
  pollMs: number;
  janitorAfterSec: number;
  sweepIntervalSec: number;
  sweepOverlapSec: number;
  /** How long over-collected money waits for a person first; null: it waits for ever. */
  autoRefundAfterSec: number | null;
  retention: RetentionTimes;
  alerts: AlertThresholds;
}

export interface Task {
  /** Pause between two runs; a wake-up runs it sooner. */
  everyMs: number;
  /** Once the signal is aborted it finishes the step that it is at and leaves the rest to others. */
  run(signal: AbortSignal): Promise<unknown>;
}

/** Everything that happens without a caller, as named tasks. Each is safe to run on every node at once and does nothing when nothing is due. */
export function workerTasks(deps: Deps & { notifier: Notifier }, times: TaskTimes) {
  const { janitorAfterSec: afterSec, sweepOverlapSec: overlapSec, autoRefundAfterSec } = times;
  return {
    'retry-events': { everyMs: times.pollMs, run: (signal) => retryEvents(deps, { signal }) },
    'finish-calls': { everyMs: times.pollMs * 5, run: (signal) => finishCalls(deps, { afterSec, signal }) },
    'finish-splits': { everyMs: times.pollMs * 5, run: (signal) => finishSplits(deps, { afterSec, signal }) },
    'finish-share-changes': {
      everyMs: times.pollMs * 5,
      run: (signal) => finishShareChanges(deps, { afterSec, signal }),
    },
    'refund-over-collected': {
      everyMs: times.pollMs * 10,
      run: async (signal) =>
        autoRefundAfterSec === null ? 0 : refundOverCollected(deps, { afterSec: autoRefundAfterSec, signal }),
    },
    'finish-detaches': {
      everyMs: times.pollMs * 10,
      run: (signal) => finishDetaches(deps, { afterSec, signal }),
    },
    'finish-evidence': {
      everyMs: times.pollMs * 10,
      run: (signal) => finishEvidence(deps, { afterSec, signal }),
    },
    'sync-processor-money': {
      everyMs: times.pollMs * 5,
      run: async (signal) =>
        syncProcessorMoney(await atDatabaseTime(deps), {
          everySec: times.sweepIntervalSec,
          overlapSec,
          signal,
        }),
    },
    'expire-payments': {
      everyMs: times.pollMs * 10,
      run: async (signal) => expirePayments(await notAhead(deps), { signal }),
    },
    // Nodes that carry live events count sooner, by themselves (realtime/analytics-announcer.ts).
    'update-metrics': { everyMs: times.pollMs * 5, run: (signal) => updateMetrics(deps, { signal }) },
    'heal-metrics': { everyMs: 3_600_000, run: (signal) => healMetrics(deps, { signal }) },
    'watch-alerts': {
      everyMs: times.pollMs * 10,
      run: async () => watchAlerts(await atDatabaseTime(deps), times.alerts),
    },
    'send-notifications': {
      everyMs: times.pollMs * 2,
      run: (signal) => sendNotifications(deps, deps.notifier, { signal }),
    },
    'sweep-events': {
      everyMs: times.sweepIntervalSec * 1000,
      run: (signal) => sweepEvents(deps, { overlapSec, signal }),
    },
    'make-exports': { everyMs: times.pollMs * 2, run: (signal) => makeExports(deps, { signal }) },
    'plan-reconciliation': {
      everyMs: 600_000,
      run: async (signal) => {
        const timed = await atDatabaseTime(deps);
        return (await planNightly(timed, signal)) + (await planIncremental(timed, signal));
      },
    },
    reconcile: {
      everyMs: times.pollMs * 2,
      run: async (signal) => runDue(await atDatabaseTime(deps), signal),
    },
    'apply-retention': {
      everyMs: 600_000,
      run: async (signal) => applyRetention(await notAhead(deps), times.retention, { signal }),
    },
  } satisfies Record<string, Task>;
}
