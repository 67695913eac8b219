import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Logger as GraphileLogger,
  type Runner,
  type RunnerOptions,
  run,
  type TaskList,
} from 'graphile-worker';
import type { Logger } from '@/services/ports';
import { keepPlanned, planAfter } from './plans';
import type { Task } from './tasks';

type Pool = NonNullable<RunnerOptions['pgPool']>;

export interface WorkerOptions {
  /** Connections of the worker alone, at most `size`; asked for anew at every start, and ended after it. */
  openPool(size: number): Pool;
  tasks: Record<string, Task>;
  pollMs: number;
  log: Logger;
  /** Pause between two looks whether every task is planned; a minute. */
  checkPlansMs?: number;
}

export interface RunningWorker {
  /** Runs a task soon: after a commit that gave it something to do. Lost wake-ups are harmless. */
  wake(name: string): void;
  /** Lets running tasks finish the step that they are at and hands the rest back. Safe to call twice. */
  stop(): Promise<void>;
}

const CHECK_PLANS_MS = 60_000;

/** The library gives up after some failures in a row, such as a database that restarts; the recovery must not. */
const START_AGAIN_MS = 2_000;

/**
 * The library lets go of its connections before it says that it has ended, and waits for ever for one that was cut at the
 * wrong moment. After that long it is left behind.
 */
const RELEASE_LIMIT_MS = 3_000;
/**
 * The library keeps the answer of some of its first questions, an error too: from then on it takes no job, for ever. One that
 * has failed to take any for that long is replaced.
 */
const FAILING_LIMIT_MS = 5_000;
/** A task finishes the step that it is at, and that may be a call to the processor. */
const STOP_LIMIT_MS = 12_000;

/**
 * Runs the tasks with graphile-worker, on one node or many: a task is one job in the database, so one node at a time runs
 * it. After each run it plans its next one; every minute each node plans anew what a crash has torn or a wrong clock put off.
 * Jobs are added on the worker's own connections, never in a payment's transaction: they notify (decision 21).
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { log } = options;
  const stopping = new AbortController();
  let { runner, ended } = await startRunner(options, stopping.signal);

  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      await ended.catch((error: unknown) => log.error({ err: error }, 'the worker has failed'));
      if (stopping.signal.aborted) return;
      log.warn({}, 'the worker stopped by itself; it starts again');
      // What has stopped rejects; what was left behind would go on planning.
      void runner.stop().catch(() => undefined);
      await startAgain();
    }
  };
  const startAgain = async () => {
    while (!stopping.signal.aborted) {
      await pause(START_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        ({ runner, ended } = await startRunner(options, stopping.signal));
        return;
      } catch (error) {
        log.error({ err: error }, 'the worker could not start');
      }
    }
  };
  const kept = keepRunning();

  const waking = new Set<string>();
  const stop = async () => {
    stopping.abort();
    // It rejects when it has stopped by itself already: then nothing is left to stop.
    const isStopped = runner.stop().then(
      () => true,
      () => true,
    );
    if (!(await Promise.race([isStopped, pause(STOP_LIMIT_MS, false, { ref: false })])))
      log.warn({}, 'the worker does not come to its end; it is left behind');
    await kept;
  };
  let stopped: Promise<void> | undefined;
  return {
    wake: (name) => {
      if (stopping.signal.aborted || waking.has(name)) return;
      waking.add(name);
      void plan(runner, name)
        .catch((error: unknown) => log.warn({ err: error, task: name }, 'could not wake a task'))
        .finally(() => waking.delete(name));
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface Started {
  runner: Runner;
  /** Settles when the runner has ended, or has begun to end and does not come to it. */
  ended: Promise<void>;
}

async function startRunner(options: WorkerOptions, signal: AbortSignal): Promise<Started> {
  const { tasks, log } = options;
  const names = Object.keys(tasks);
  // Listened to from before the start: one that ends at once must not end unheard.
  const events = new EventEmitter();
  const ending = new Promise<void>((resolve) => {
    const giveUp = () => setTimeout(resolve, RELEASE_LIMIT_MS).unref();
    // The second comes alone when its workers give up by themselves, as when none could say that its job was done.
    events.once('stop', giveUp).once('pool:gracefulShutdown', giveUp);
  });
  let failingSinceMs: number | null = null;
  const takesJobs = () => {
    failingSinceMs = null;
  };
  events.on('worker:getJob:empty', takesJobs).on('job:start', takesJobs);
  events.on('worker:getJob:error', () => {
    failingSinceMs ??= performance.now();
    // Its end is told by `stop`; stopping one that has stopped already rejects.
    if (performance.now() - failingSinceMs > FAILING_LIMIT_MS)
      starting.then((failing) => failing.stop()).catch(() => undefined);
  });
  const pool = options.openPool(names.length + 2);
  // Not waited for: a connection that the library never gives back would hold it up.
  const endPool = () => void pool.end().catch(() => undefined);
  const starting = run({
    events,
    pgPool: pool,
    concurrency: names.length,
    pollInterval: options.pollMs,
    noHandleSignals: true,
    // Its stop waits for completions that are batched, and for no others: they would stay locked for hours.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: graphileLogger(log),
    taskList: taskListOf(tasks, log, signal),
    parsedCronItems: [],
  });
  const runner = await starting.catch((error: unknown) => {
    endPool();
    throw error;
  });
  const ended = Promise.race([runner.promise, ending]);
  // Told by keepRunning; without a listener from the start a rejection would end the process.
  ended.then(endPool, endPool);
  const stopChecking = keepPlanned(pool, tasks, {
    log,
    checkEveryMs: options.checkPlansMs ?? CHECK_PLANS_MS,
  });
  ended.then(stopChecking, stopChecking);
  try {
    await Promise.all(names.map((name) => plan(runner, name)));
  } catch (error) {
    void runner.stop().catch(() => undefined);
    throw error;
  }
  return { runner, ended };
}

/** Makes a task due now, by the database's clock, whenever it was planned for. One that a dead node had locked is replaced. */
async function plan(runner: Runner, name: string): Promise<void> {
  await runner.addJob(name, {}, { jobKey: name, jobKeyMode: 'replace' });
}

function taskListOf(tasks: Record<string, Task>, log: Logger, signal: AbortSignal): TaskList {
  const list: TaskList = {};
  for (const [name, task] of Object.entries(tasks)) {
    list[name] = async (_payload, helpers) => {
      try {
        await task.run(signal);
      } catch (error) {
        // Its own retries would pile up beside the plan below.
        log.error({ err: error, task: name }, 'a recovery task failed; it runs again');
      }
      await planNext(signal, () =>
        // A node that stops leaves the work to the others at once.
        planAfter(helpers, name, signal.aborted ? 0 : task.everyMs),
      );
    };
  }
  return list;
}

/** A connection that is cut just here would tear the chain until the next look at the plans: it tries again, for a while. */
async function planNext(signal: AbortSignal, add: () => Promise<unknown>): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      await add();
      return;
    } catch (error) {
      if (signal.aborted || failures === MOST_PLAN_FAILURES) throw error;
      await pause(PLAN_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

const MOST_PLAN_FAILURES = 20;
const PLAN_AGAIN_MS = 250;

/** The library's own talk, at debug; its errors as errors. */
function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message) => {
    const write = level === 'error' ? log.error : level === 'warning' ? log.warn : log.debug;
    write.call(log, { worker: scope.label ?? null }, message);
  });
}
