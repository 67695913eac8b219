import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { workerTasks } from '@/worker/tasks';
import { type RecoveryStage, startStage } from './support';

/* What periodic work decides by the hour of the day or an age is for all nodes the same: the database's clock says it. */

const DAY_MS = 86_400_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clock.reset());
afterAll(() => stage.stop());

const runTask = (name: 'plan-reconciliation' | 'reconcile') => {
  const { notifier } = stage.app.server.app;
  const tasks = workerTasks(
    { ...stage.deps, notifier },
    {
      pollMs: 50,
      janitorAfterSec: 30,
      sweepIntervalSec: 60,
      sweepOverlapSec: 600,
      autoRefundAfterSec: null,
      retention: stage.app.env.retention,
      alerts: stage.app.env.alerts,
    },
  );
  return tasks[name].run(new AbortController().signal);
};

test.each([
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
])(
  'a node whose clock is a day %s plans and compares the days that have ended, as they stand now',
  async (_, wrongMs) => {
    const { pool } = stage.app.database;
    await pool.query('DELETE FROM reconciliation_runs');
    const lastDays = async () => {
      const { rows } = await pool.query<{ id: string; day: string }>(
        `SELECT restaurant_id AS id, to_day::text AS day FROM reconciliation_runs WHERE kind = 'NIGHTLY' ORDER BY 1`,
      );
      return rows;
    };
    await runTask('plan-reconciliation');
    const planned = await lastDays();
    expect(planned.length).toBeGreaterThan(0);
    await pool.query('DELETE FROM reconciliation_runs');

    stage.clock.move(wrongMs);
    await runTask('plan-reconciliation');
    expect(await lastDays()).toEqual(planned);
    await runTask('reconcile');
    const { rows } = await pool.query<{ sec: number }>(
      'SELECT max(abs(extract(epoch FROM now() - as_of)))::float8 AS sec FROM reconciliation_runs',
    );
    expect(rows[0]?.sec).toBeLessThan(3_600);
  },
);
