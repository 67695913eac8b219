import type { RunnerOptions } from 'graphile-worker';
import type { Logger } from '@/services/ports';

/**
 * Plans of tasks in the library's tables, by the database's clock: it is the one that all nodes share, and a node that is ahead
 * would put a task off for all of them.
 */

interface Database {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Plans a task so long from now, unless it is planned already. */
export async function planAfter(database: Database, name: string, delayMs: number): Promise<void> {
  await database.query(
    `SELECT graphile_worker.add_job($1, '{}', run_at => now() + make_interval(secs => $2), job_key => $1,
       job_key_mode => 'preserve_run_at')`,
    [name, delayMs / 1000],
  );
}

/**
 * Makes tasks due whose plan is gone, given up, or further ahead than it can be, or that one node has held for so long that it
 * may be gone. $1: tasks, $2: seconds between two runs of each.
 */
const MEND = `
SELECT graphile_worker.add_job(t.task, '{}', job_key => t.task) FROM unnest($1::text[], $2::float8[]) AS t (task, every_sec)
WHERE NOT EXISTS (
  SELECT FROM graphile_worker.jobs j WHERE j.key = t.task AND j.attempts < j.max_attempts AND CASE WHEN j.locked_at IS NULL
    THEN j.run_at <= now() + make_interval(secs => t.every_sec) ELSE j.locked_at > now() - interval '1 minute' END)`;

/**
 * Mends plans again and again, one look at a time. Not the library's cron: it plans by the node's clock, and one that was ahead
 * silences it on every node until then. @returns ends it
 */
export function keepPlanned(
  pool: NonNullable<RunnerOptions['pgPool']>,
  tasks: Record<string, { everyMs: number }>,
  { log, checkEveryMs }: { log: Logger; checkEveryMs: number },
): () => void {
  const everySec = Object.values(tasks).map((task) => task.everyMs / 1000);
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    pool
      .query(MEND, [Object.keys(tasks), everySec])
      .catch((error: unknown) => log.warn({ err: error }, 'could not look whether every task is planned'))
      .finally(() => {
        isLooking = false;
      });
  }, checkEveryMs).unref();
  return () => clearInterval(timer);
}
