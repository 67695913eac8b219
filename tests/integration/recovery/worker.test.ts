import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createPool } from '@/db/pool';
import { createLogger } from '@/observability/logger';
import { startAppWorker } from '@/server/worker';
import { startWorker } from '@/worker/run';
import type { Task } from '@/worker/tasks';
import { audit } from '../../chaos/auditor/audit';
import { newKey, payWithCard, seedOrder, startTestApp, waitFor } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { intentsOf, openPayment, paymentRow, type RecoveryStage, startStage } from './support';

const log = createLogger({ level: 'silent', secrets: [] });
const FAST = { WORKER_POLL_MS: '50', JANITOR_AFTER_SECONDS: '30', EVENT_SWEEP_INTERVAL_SECONDS: '1' };

let database: TestDatabase;
let stage: RecoveryStage;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 4 });
  stage = await startStage({ database, worker: true, env: FAST });
});
afterAll(async () => {
  await stage?.stop();
  await database.drop();
});

const startTasks = (tasks: Record<string, Task>, url = database.url, checkPlansMs = 60_000) =>
  startWorker({ openPool: (max) => openPool(url, max), tasks, pollMs: 50, log, checkPlansMs });
const openPool = (url: string, max: number) =>
  createPool({ url, max, applicationName: 'test-worker', onError: () => undefined });

test('the worker inside the server finishes an abandoned creation by itself', async () => {
  stage.dieAt('create.after-first-transaction');
  const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
  const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
  await stage.guest.payments.create.mutate(input).catch(() => undefined);
  await database.pool.query(
    `UPDATE payments SET creation_started_at = now() - interval '1 minute' WHERE order_id = $1`,
    [orderId],
  );
  await waitFor('the janitor has been', () => intentsOf(stage, orderId)[0]);
  expect(await stage.guest.payments.create.mutate(input)).toMatchObject({ status: 'PENDING' });
  expect(intentsOf(stage, orderId)).toHaveLength(1);
});

test('the worker inside the server finds a lost webhook and ends an expired payment by itself', async () => {
  stage.app.simulator.control.addWebhookFault({ kind: 'drop' });
  const paid = await openPayment(stage);
  await payWithCard(stage.app, paid);
  const expired = await openPayment(stage);
  await database.pool.query('UPDATE payments SET expires_at = now() WHERE id = $1', [expired.id]);
  const becomes = (id: string, status: string) =>
    waitFor(`${id} becomes ${status}`, async () => (await paymentRow(stage, id)).status === status);
  await becomes(paid.id, 'COMPLETED');
  await becomes(expired.id, 'CANCELLED');
  stage.app.simulator.control.clearWebhookFaults();
});

test('an event kept for retry is applied soon after its wake-up', async () => {
  const payment = await openPayment(stage);
  const blocker = await database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
  await payWithCard(stage.app, payment);
  const kept = await waitFor('the event is kept', async () => {
    const { rows } = await database.pool.query(
      `SELECT event_id FROM webhook_events WHERE state = 'RETRY' AND object_id = $1`,
      [payment.intentId],
    );
    return rows[0];
  });
  await blocker.query('ROLLBACK');
  blocker.release();
  expect(kept.event_id).toMatch(/^evt_/);
  // Its charge was kept as well: the pauses of both are over now.
  await database.pool.query(
    'UPDATE webhook_events SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL',
  );
  stage.deps.wake('inbox');
  await waitFor('it is applied', async () => (await paymentRow(stage, payment.id)).status === 'COMPLETED');
  // The dropped webhooks of the test before are the sweep's to find.
  await waitFor('both sides agree', async () => {
    const breaches = await audit(stage.app.simulator.control.state(), database.pool);
    return breaches.length === 0;
  });
});

test('many nodes may start at once on a new database: one set of jobs, each task runs', async () => {
  const empty = await createTestDatabase({ poolSize: 2 });
  let runs = 0;
  const tasks = {
    count: {
      everyMs: 20,
      run: async () => {
        runs += 1;
      },
    },
  };
  const workers = await Promise.all(Array.from({ length: 4 }, () => startTasks(tasks, empty.url)));
  await waitFor('the task to run again and again', () => runs >= 5);
  const { rows } = await empty.pool.query('SELECT count(*)::int AS n FROM graphile_worker.jobs');
  expect(rows[0].n).toBeLessThanOrEqual(1 + workers.length);
  await Promise.all(workers.map((worker) => worker.stop()));
  await empty.drop();
});

test('two nodes never lose a task, and a task of theirs is planned once', async () => {
  let running = 0;
  let runs = 0;
  const run = async () => {
    running += 1;
    runs += 1;
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const workers = await Promise.all([
    startTasks({ shared: { everyMs: 10, run } }),
    startTasks({ shared: { everyMs: 10, run } }),
  ]);
  await waitFor('twenty runs', () => runs >= 20);
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE task_identifier = 'shared' AND locked_at IS NULL`,
  );
  expect(rows[0].n).toBeLessThanOrEqual(1);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(running).toBe(0);
});

test('a node whose clock is a day ahead, or behind, plans its tasks like any other', async () => {
  for (const wrongMs of [86_400_000, -86_400_000]) {
    const name = `wrong-clock-${wrongMs}`;
    let runs = 0;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wrongMs });
    try {
      const worker = await startTasks({ [name]: { everyMs: 300_000, run: async () => void runs++ } });
      await waitFor('it runs at its start', () => runs === 1);
      const planned = await waitFor('the next is planned', async () => {
        const { rows } = await database.pool.query(
          `SELECT extract(epoch FROM run_at - now())::float8 AS "inSec" FROM graphile_worker.jobs WHERE key = $1 AND locked_at IS NULL`,
          [name],
        );
        return rows[0];
      });
      expect(planned.inSec).toBeGreaterThan(60);
      expect(planned.inSec).toBeLessThanOrEqual(300);
      worker.wake(name);
      await waitFor('a wake-up runs it', () => runs === 2);
      await worker.stop();
    } finally {
      vi.useRealTimers();
    }
  }
});

test('a task that is planned too far ahead, or not at all, or held by a node that is gone, is planned anew', async () => {
  let runs = 0;
  const task = { everyMs: 3_600_000, run: async () => void runs++ };
  const worker = await startTasks({ astray: task }, database.url, 50);
  const runsOnce = async (more: number) => {
    await waitFor('it has run', () => runs === more);
    await waitFor('its next is planned', async () => {
      const { rows } = await database.pool.query(
        `SELECT 1 FROM graphile_worker.jobs WHERE key = 'astray' AND locked_at IS NULL AND run_at > now()`,
      );
      return rows.length === 1;
    });
  };
  await runsOnce(1);
  const tear = [
    `SELECT graphile_worker.add_job('astray', '{}', job_key => 'astray', run_at => now() + interval '1 day')`,
    `SELECT graphile_worker.remove_job('astray')`,
    `UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '2 minutes', locked_by = 'gone' WHERE key = 'astray'`,
  ];
  for (const [at, sql] of tear.entries()) {
    await database.pool.query(sql);
    await runsOnce(at + 2);
  }
  await worker.stop();
});

test('a stop lets the running task finish its step, tells it to leave the rest, and another node goes on at once', async () => {
  let finished = 0;
  let release = () => {};
  let isRunning = false;
  const slow: Task = {
    everyMs: 3_600_000,
    run: async (signal) => {
      isRunning = true;
      await new Promise<void>((resolve) => {
        release = resolve;
        signal.addEventListener('abort', () => resolve());
      });
      expect(signal.aborted).toBe(true);
      finished += 1;
    },
  };
  const first = await startTasks({ slow });
  await waitFor('the task runs', () => isRunning);
  await first.stop();
  expect(finished).toBe(1);
  const { rows } = await database.pool.query(
    `SELECT run_at <= now() AS due, locked_at FROM graphile_worker.jobs WHERE task_identifier = 'slow'`,
  );
  expect(rows).toEqual([{ due: true, locked_at: null }]);
  release();
});

test('a task that fails is run again, and the others never notice', async () => {
  let failures = 0;
  let runs = 0;
  const worker = await startTasks({
    broken: {
      everyMs: 10,
      run: async () => {
        failures += 1;
        throw new Error('broken');
      },
    },
    sound: {
      everyMs: 10,
      run: async () => {
        runs += 1;
      },
    },
  });
  await waitFor('both to run again', () => failures >= 3 && runs >= 3);
  await worker.stop();
});

test('a worker that loses its database starts again by itself', async () => {
  const lost = await createTestDatabase({ poolSize: 2 });
  let runs = 0;
  const run = async () => {
    runs += 1;
  };
  const worker = await startTasks({ beat: { everyMs: 10, run } }, lost.url);
  await waitFor('it to run', () => runs > 0);
  await lost.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'tabsy-test'`,
  );
  const before = runs;
  await waitFor('it to run again', () => runs > before + 2);
  await worker.stop();
  await lost.drop();
});

test('SIGTERM: the server stops its worker and gives back every connection and every job', async () => {
  const own = await createTestDatabase({ poolSize: 2 });
  const app = await startTestApp({ database: own, worker: true, env: FAST });
  await waitFor('the worker runs', async () => {
    const { rows } = await own.pool.query('SELECT count(*)::int AS n FROM graphile_worker.jobs');
    return rows[0].n >= 4;
  });
  await app.stop();
  const count = async (sql: string) => (await own.pool.query(sql)).rows[0].n;
  expect(await count('SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')).toBe(
    0,
  );
  // The server's processes behind closed connections need a moment to go.
  await waitFor(
    'every connection is given back',
    async () =>
      (await count(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> 'tabsy-test'`,
      )) === 0,
  );
  await own.drop();
});

test('a worker alone does what the one inside a server does', async () => {
  const alone = await createTestDatabase({ poolSize: 2 });
  const app = await startTestApp({ database: alone, env: FAST });
  const recovery = await startAppWorker(app.server.app, alone.url);
  await waitFor('it has swept', async () => {
    const { rows } = await alone.pool.query("SELECT 1 FROM processor_cursors WHERE name = 'events'");
    return rows.length === 1;
  });
  await recovery.stop();
  await app.stop();
  await alone.drop();
});

test('a creation without an answer wakes the janitor after its delay, though its next round is far away', async () => {
  const slow = { WORKER_POLL_MS: '60000', JANITOR_AFTER_SECONDS: '1', EVENT_SWEEP_INTERVAL_SECONDS: '3600' };
  const own = await createTestDatabase({ poolSize: 2 });
  const calm = await startStage({ database: own, worker: true, env: slow });
  calm.app.simulator.control.addFault({
    kind: 'hang',
    method: 'POST',
    pathPattern: '/v1/payment_intents',
    times: 1,
  });
  const orderId = await seedOrder(await calm.app.asService(), calm.at, { session: calm.session });
  const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
  await calm.guest.payments.create.mutate(input).catch(() => undefined);
  expect(intentsOf(calm, orderId)).toEqual([]);
  await waitFor('the janitor has been', () => intentsOf(calm, orderId)[0]);
  await calm.stop();
  await own.drop();
});

test('connections that are cut again and again do not end the recovery, nor keep it from stopping', async () => {
  let runs = 0;
  const worker = await startTasks({
    'count-runs': { everyMs: 20, run: async () => void runs++ },
  });
  for (let round = 0; round < 12; round++) {
    const before = runs;
    // The library gives up after some failures in a row, and waits for ever for a connection that was cut at the wrong moment.
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    if (round % 4 === 3) await waitFor('the task runs again', () => runs > before);
  }
  await waitFor('stops', () =>
    Promise.race([
      worker.stop().then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 14_000, false)),
    ]),
  );
}, 250_000);
