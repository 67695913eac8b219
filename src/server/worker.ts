import { createPool } from '@/db/pool';
import { type RunningWorker, startWorker } from '@/worker/run';
import { workerTasks } from '@/worker/tasks';
import type { App } from './app';

/** Runs the worker's tasks beside the doors, or alone in `npm run worker`. It calls the processor at batch priority. */
export async function startAppWorker(app: App, databaseUrl: string): Promise<Pick<RunningWorker, 'stop'>> {
  const { env } = app;
  const deps = { ...app.deps, db: app.batchDb, processor: app.batchProcessor, notifier: app.notifier };
  const worker = await startWorker({
    openPool: (size) =>
      createPool({
        url: databaseUrl,
        max: size,
        applicationName: 'tabsy-worker',
        timeoutMs: env.database.timeoutMs,
        onError: (error) => app.deps.log.warn({ err: error }, 'an idle connection of the worker broke'),
      }),
    pollMs: env.worker.pollMs,
    log: app.deps.log,
    tasks: workerTasks(deps, {
      pollMs: env.worker.pollMs,
      janitorAfterSec: env.worker.janitorAfterSeconds,
      sweepIntervalSec: env.worker.sweepIntervalSeconds,
      sweepOverlapSec: env.worker.sweepOverlapSeconds,
      autoRefundAfterSec: env.worker.autoRefundAfterSeconds,
      retention: env.retention,
      alerts: env.alerts,
    }),
  });
  const stopInbox = app.onWake('inbox', () => worker.wake('retry-events'));
  // The janitor leaves a call alone until it is old enough: waking it earlier would find nothing.
  let timer: NodeJS.Timeout | undefined;
  const stopCreation = app.onWake('creation', () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      worker.wake('finish-calls');
    }, env.worker.janitorAfterSeconds * 1000);
  });
  return {
    stop: () => {
      stopInbox();
      stopCreation();
      clearTimeout(timer);
      return worker.stop();
    },
  };
}
