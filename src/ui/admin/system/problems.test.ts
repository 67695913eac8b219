import { expect, test } from 'vitest';
import { problemsOf, type SystemStatus } from './problems';

const WELL: SystemStatus = {
  at: '2026-11-23T12:00:00.000Z',
  process: {
    version: '0.1.0',
    nodeVersion: 'v20.20.0',
    startedAt: '2026-11-23T11:00:00.000Z',
    heapUsedBytes: 1,
  },
  database: {
    version: '18.1',
    sizeBytes: 1,
    maxConnections: 100,
    connections: [{ program: 'tabsy-payments', total: 10, active: 1, inTransaction: 0 }],
    migrations: [],
  },
  jobs: [
    {
      task: 'sweep',
      runAt: '2026-11-23T12:00:00.000Z',
      isRunning: false,
      lateMs: 0,
      attempts: 0,
      lastError: null,
    },
  ],
  inbox: { received: 0, retry: 1, waiting: 1, dead: 0, overdueMs: 500 },
  outbox: { held: 3, heldMs: 20, lastAt: null },
  processor: { isSimulator: true, isReachable: true, latencyMs: 3, problem: null },
};

test('when all is well there is nothing to look at: events that wait for their turn are no problem', () => {
  expect(problemsOf(WELL)).toEqual([]);
});

test.each([
  [{ processor: { ...WELL.processor, problem: 'No answer.' } }, 'Stripe does not answer: No answer.'],
  [{ jobs: null }, 'No worker has run'],
  [{ jobs: (WELL.jobs ?? []).map((job) => ({ ...job, lateMs: 61_000 })) }, 'Jobs are late: sweep.'],
  [{ inbox: { ...WELL.inbox, dead: 2 } }, 'Webhook events that gave up: 2.'],
  [{ inbox: { ...WELL.inbox, overdueMs: 90_000 } }, 'overdue by 1 min 30 s'],
  [{ outbox: { ...WELL.outbox, heldMs: 6_000 } }, 'held back by a transaction for 6 s'],
  [{ database: { ...WELL.database, maxConnections: 11 } }, '10 of 11 database connections'],
] satisfies [Partial<SystemStatus>, string][])('case %#: it is said in words', (change, text) => {
  const problems = problemsOf({ ...WELL, ...change });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(text);
});
