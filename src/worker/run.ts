import { Logger as GraphileLogger, parseCronItems, type Runner, run, type TaskList } from 'graphile-worker';
import type { Logger } from '@/services/ports';
import type { Task } from './tasks';

export interface WorkerOptions {
  databaseUrl: string;
  tasks: Record<string, Task>;
  pollMs: number;
  log: Logger;
}

export interface RunningWorker {
  /** Runs a task soon: after a commit that gave it something to do. Lost wake-ups are harmless. */
  wake(name: string): void;
  /** Lets running tasks finish and hands the rest back. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Runs the tasks with graphile-worker, on one node or many: a task is one job in the database, so one node at a time runs
 * it. After each run it plans its next one; every minute a cron item plans it anew, should a crash have torn the chain.
 * Jobs are added on the worker's own connections, never in a payment's transaction: they notify (decision 21).
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { tasks, log } = options;
  const names = Object.keys(tasks);
  const runner: Runner = await run({
    connectionString: options.databaseUrl,
    maxPoolSize: names.length + 2,
    concurrency: names.length,
    pollInterval: options.pollMs,
    noHandleSignals: true,
    logger: graphileLogger(log),
    taskList: taskListOf(tasks, log),
    parsedCronItems: parseCronItems(
      names.map((task) => ({
        task,
        match: '* * * * *',
        options: { jobKey: task, jobKeyMode: 'preserve_run_at' },
      })),
    ),
  });
  // After the runner's own promise rejects (database gone for good), stop() must not throw it again.
  runner.promise.catch((error: unknown) => log.error({ err: error }, 'the worker stopped by itself'));

  let stopping: Promise<void> | undefined;
  const plan = (name: string) =>
    runner
      .addJob(name, {}, { jobKey: name, jobKeyMode: 'replace', runAt: new Date() })
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ err: error, task: name }, 'could not wake a task'));
  const waking = new Set<string>();
  await Promise.all(names.map(plan));
  return {
    wake: (name) => {
      if (stopping || waking.has(name)) return;
      waking.add(name);
      void plan(name).finally(() => waking.delete(name));
    },
    stop: () => {
      stopping ??= runner.stop().catch(() => undefined);
      return stopping;
    },
  };
}

function taskListOf(tasks: Record<string, Task>, log: Logger): TaskList {
  const list: TaskList = {};
  for (const [name, task] of Object.entries(tasks)) {
    list[name] = async (_payload, helpers) => {
      try {
        await task.run();
      } catch (error) {
        // Its own retries would pile up beside the plan below.
        log.error({ err: error, task: name }, 'a recovery task failed; it runs again');
      }
      await helpers.addJob(
        name,
        {},
        {
          jobKey: name,
          jobKeyMode: 'preserve_run_at',
          runAt: new Date(Date.now() + task.everyMs),
        },
      );
    };
  }
  return list;
}

/** The library's own talk, at debug; its errors as errors. */
function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message) => {
    const write = level === 'error' ? log.error : level === 'warning' ? log.warn : log.debug;
    write.call(log, { worker: scope.label ?? null }, message);
  });
}
