import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf, startTestApp, type TestApp, waitFor } from '../../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const status = async () => (await app.asAdmin()).system.status.query();

test('names versions, migrations and connections, and how late queues are', async () => {
  const { process: answered, database, inbox, outbox, processor } = await status();
  expect(answered.nodeVersion).toBe(process.version);
  expect(database.migrations[0]?.name).toBe('0001_core');
  expect(database.connections.find(({ program }) => program === 'tabsy-payments')?.total).toBeGreaterThan(0);
  expect(database.maxConnections).toBeGreaterThan(0);
  expect(inbox).toEqual({ received: 0, retry: 0, waiting: 0, dead: 0, overdueMs: 0 });
  expect(outbox).toMatchObject({ held: 0, heldMs: 0 });
  expect(processor).toMatchObject({ isSimulator: true, isReachable: true, problem: null });
});

test('counts events that wait, and for how long the oldest is overdue', async () => {
  await app.database.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, next_attempt_at)
     VALUES ('evt_r', 'charge.updated', 'ch_1', now(), 'RETRY', now() - interval '10 minutes'),
            ('evt_w', 'charge.updated', 'ch_1', now(), 'WAITING', now() + interval '1 hour'),
            ('evt_d', 'charge.updated', 'ch_1', now(), 'DEAD', NULL)`,
  );
  const { inbox } = await status();
  expect(inbox).toMatchObject({ received: 0, retry: 1, waiting: 1, dead: 1 });
  expect(inbox.overdueMs).toBeGreaterThanOrEqual(600_000);
});

test('shows the jobs once a worker has run, and that there was none before', async () => {
  expect((await status()).jobs).toBeNull();
  const withWorker = await startTestApp({ worker: true });
  try {
    const admin = await withWorker.asAdmin();
    const jobs = await waitFor(
      'the worker has made its jobs',
      async () => (await admin.system.status.query()).jobs,
    );
    expect(jobs.map(({ task }) => task)).toContain('expire-payments');
  } finally {
    await withWorker.stop();
  }
});

test('a processor that does not answer is called unreachable, with why', async () => {
  app.simulator.control.addFault({ kind: 'reset', times: 10, method: 'GET', pathPattern: '/v1/events' });
  const { processor } = await status();
  expect(processor.isReachable).toBe(false);
  expect(processor.problem).not.toBe('');
  app.simulator.control.clearFaults();
});

test('is for admins alone', async () => {
  const asked = (await app.asOwner('somebody')).system.status.query();
  expect((await refusalOf(asked))?.code).toBe('FORBIDDEN');
});
