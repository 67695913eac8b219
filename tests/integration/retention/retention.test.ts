import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Deps } from '@/services/context';
import { applyRetention, type RetentionTimes } from '@/services/retention/apply';
import { workerTasks } from '@/worker/tasks';
import {
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { rows } from '../payments/support';

const DAY_MS = 86_400_000;
const TIMES: RetentionTimes = {
  outboxDays: 7,
  idempotencyHours: 72,
  webhookPayloadDays: 90,
  recordYears: 10,
};

let app: TestApp;
let at: SeededRestaurant;
let now: Date;
const deps = (): Deps => ({ ...app.server.app.deps, clock: { now: () => now } });
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
const day = (date: Date) => date.toISOString().slice(0, 10);
const apply = (times: Partial<RetentionTimes> = {}) => applyRetention(deps(), { ...TIMES, ...times });
const db = (sql: string, values: unknown[] = []) => app.database.pool.query(sql, values);

beforeAll(async () => {
  app = await startTestApp();
  now = new Date();
  at = await seedRestaurant(await app.asService());
});
afterAll(() => app.stop());

describe('idempotency keys', () => {
  it('are remembered for their hours and no longer', async () => {
    for (const [key, hours] of [
      ['old', 73],
      ['young', 71],
    ] as const)
      await db(
        `INSERT INTO idempotency_keys (scope, key, fingerprint, created_at) VALUES ('retention', $1, 'f', $2)`,
        [key, daysAgo(hours / 24)],
      );
    expect(await apply()).toMatchObject({ idempotencyKeys: 1 });
    expect(await rows(app, `SELECT key FROM idempotency_keys WHERE scope = 'retention'`)).toEqual([
      { key: 'young' },
    ]);
    expect(await apply({ idempotencyHours: 24 })).toMatchObject({ idempotencyKeys: 1 });
  });
});

describe('live events', () => {
  it('are deleted by the worker after their days, oldest first, and not behind a younger one', async () => {
    await db('ALTER TABLE outbox_events DISABLE TRIGGER outbox_events_append_only');
    await db('DELETE FROM outbox_events');
    await db('ALTER TABLE outbox_events ENABLE TRIGGER outbox_events_append_only');
    const ids: string[] = [];
    for (const days of [8, 8, 6, 8]) {
      const eventId = randomUUID();
      ids.push(eventId);
      const nothing = { orderId: null, tableSessionId: null, paymentId: null };
      const payload = {
        eventId,
        type: 'analytics:updated',
        at: daysAgo(days).toISOString(),
        restaurantId: at.restaurantId,
        ...nothing,
      };
      await db(
        `INSERT INTO outbox_events (event_id, type, restaurant_id, payload, created_at) VALUES ($1, $2, $3, $4, $5)`,
        [eventId, payload.type, at.restaurantId, payload, daysAgo(days)],
      );
    }
    const worker = await startTestApp({ database: app.database, worker: true });
    const left = async () =>
      (
        await rows<{ id: string }>(app, 'SELECT event_id AS id FROM outbox_events ORDER BY xid, position')
      ).map(({ id }) => id);
    await waitFor('the old ones are gone', async () => !(await left()).includes(ids[1] ?? ''));
    expect(await left()).toEqual(ids.slice(2));
    await worker.stop();
  });
});

describe('what guests wrote when they called the staff', () => {
  it('goes with the live events', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    for (const [id, days] of [
      [old, 8],
      [young, 6],
    ] as const)
      await db(
        'INSERT INTO staff_call_words (event_id, guest_public_id, words, created_at) VALUES ($1, $1, $2, $3)',
        [id, 'words', daysAgo(days)],
      );
    expect(await apply()).toMatchObject({ staffCallWords: 1 });
    expect(await rows(app, 'SELECT event_id AS id FROM staff_call_words')).toEqual([{ id: young }]);
  });
});

describe('webhook payloads', () => {
  async function event(state: string, days: number): Promise<string> {
    const id = `evt_${randomUUID()}`;
    await db(
      `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state) VALUES ($1, 'x', 'o', now(), $2)`,
      [id, state],
    );
    await db(`INSERT INTO webhook_payloads (event_id, payload, received_at) VALUES ($1, '{}', $2)`, [
      id,
      daysAgo(days),
    ]);
    return id;
  }

  it('go after their days once the event is done with; the event itself stays, so that it is not applied twice', async () => {
    const gone = [await event('APPLIED', 91), await event('IGNORED', 91), await event('DEAD', 91)];
    const kept = [await event('APPLIED', 89), await event('WAITING', 91), await event('RETRY', 91)];
    expect(await apply()).toMatchObject({ webhookPayloads: gone.length });
    const left = await rows<{ id: string }>(
      app,
      'SELECT event_id AS id FROM webhook_payloads WHERE event_id = ANY ($1) ORDER BY 1',
      [[...gone, ...kept]],
    );
    expect(left.map(({ id }) => id)).toEqual(kept.sort());
    const events = await rows(app, 'SELECT 1 FROM webhook_events WHERE event_id = ANY ($1)', [gone]);
    expect(events).toHaveLength(gone.length);
  });
});

describe('what restaurants wrote to banks', () => {
  async function evidence(state: string, { closedDays }: { closedDays: number | null }): Promise<string> {
    const [paymentId, id] = [randomUUID(), randomUUID()];
    const orderId = await seedOrder(await app.asService(), at);
    await db(
      `INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, method, provider, status)
       VALUES ($1, $2, $3, 'user:x', 100, 100, 'CARD', 'STRIPE', 'CANCELLED')`,
      [paymentId, orderId, at.restaurantId],
    );
    await db(
      `INSERT INTO disputes (id, payment_id, restaurant_id, charge_id, amount, currency, status, reason, has_evidence, submission_count, opened_at, closed_at, fact_at, fact_rank)
       VALUES ($1, $2, $3, $1, 100, 'USD', 'lost', 'fraudulent', TRUE, 1, now(), $4, 1, 1)`,
      [`dp_${id}`, paymentId, at.restaurantId, closedDays === null ? null : daysAgo(closedDays)],
    );
    await db(
      `INSERT INTO dispute_evidence (id, dispute_id, texts, files, state, submitted_by)
       VALUES ($1, $2, '{"customer_name": "Ada"}', '[{"name": "Ada.png"}]', $3, 'user:owner')`,
      [id, `dp_${id}`, state],
    );
    return id;
  }

  it('goes so long after the bank has decided; that somebody answered stays', async () => {
    const gone = [
      await evidence('SUBMITTED', { closedDays: 91 }),
      await evidence('REFUSED', { closedDays: 91 }),
    ];
    await evidence('SUBMITTED', { closedDays: 89 });
    await evidence('SUBMITTED', { closedDays: null });
    await evidence('SENDING', { closedDays: 91 });
    expect(await apply()).toMatchObject({ disputeEvidence: gone.length });
    const empty = await rows<{ id: string }>(
      app,
      `SELECT id FROM dispute_evidence WHERE texts = '{}' AND files = '[]' AND submitted_by = 'user:owner'`,
    );
    expect(empty.map(({ id }) => id).sort()).toEqual(gone.sort());
    expect(await apply()).toMatchObject({ disputeEvidence: 0 });
    await db('DELETE FROM dispute_evidence');
    await db('DELETE FROM disputes');
  });
});

describe('audit', () => {
  it('goes after its years, oldest first', async () => {
    const insert = (days: number) =>
      db(
        `INSERT INTO audit_log (id, actor, action, subject_type, subject_id, created_at) VALUES ($1, 'system', 'a', 'retention', $2, $3)`,
        [randomUUID(), String(days), daysAgo(days)],
      );
    for (const days of [366 * 11, 366 * 10 + 5, 365 * 9]) await insert(days);
    expect(await apply()).toMatchObject({ audit: 2 });
    expect(await rows(app, `SELECT subject_id FROM audit_log WHERE subject_type = 'retention'`)).toEqual([
      { subject_id: String(365 * 9) },
    ]);
  });

  test('what is younger than a year cannot be deleted at all, whatever the retention says', async () => {
    await db(
      `INSERT INTO audit_log (id, actor, action, subject_type, subject_id, created_at) VALUES ($1, 'system', 'a', 'young', 'x', $2)`,
      [randomUUID(), daysAgo(360)],
    );
    await expect(db(`DELETE FROM audit_log WHERE subject_type = 'young'`)).rejects.toThrow('append-only');
    const real = now;
    now = new Date(now.getTime() + 400 * DAY_MS);
    await db(
      `INSERT INTO idempotency_keys (scope, key, fingerprint, created_at) VALUES ('beside', 'k', 'f', now())`,
    );
    await expect(apply({ recordYears: 1 })).rejects.toThrow('append-only');
    now = real;
    // The refusal of one kind does not keep the others.
    expect(await rows(app, `SELECT 1 FROM idempotency_keys WHERE scope = 'beside'`)).toEqual([]);
  });
});

test('calls to the processor are kept as long as the audit', async () => {
  for (const days of [366 * 11, 365 * 9])
    await db(
      `INSERT INTO processor_calls (id, subject_id, operation, outcome, duration_ms, called_at)
       VALUES ($1, $2, 'intent.retrieve', 'OK', 1, $3)`,
      [randomUUID(), `pi_${days}`, daysAgo(days)],
    );
  expect(await apply()).toMatchObject({ processorCalls: 1 });
  const left = await rows(
    app,
    `SELECT subject_id FROM processor_calls WHERE called_at < now() - interval '8 years'`,
  );
  expect(left).toEqual([{ subject_id: `pi_${365 * 9}` }]);
});

describe('the ledger', () => {
  async function entry(days: number, currency: string, postings: Record<string, number>): Promise<void> {
    const id = randomUUID();
    await db(
      `INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, business_day, occurred_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, `test:${id}`, at.restaurantId, currency, day(daysAgo(days)), daysAgo(days)],
    );
    await db(
      `INSERT INTO ledger_postings SELECT $1, l.line, l.account, l.amount FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY l (account, amount, line)`,
      [id, Object.keys(postings), Object.values(postings)],
    );
  }
  const balances = (currency: string) =>
    rows(
      app,
      `SELECT p.account, sum(p.amount) AS amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
       WHERE t.currency = $1 GROUP BY 1 HAVING sum(p.amount) <> 0 ORDER BY 1`,
      [currency],
    );
  const entries = (currency: string) =>
    rows<{ fact: string; day: string }>(
      app,
      'SELECT fact_key AS fact, business_day::text AS day FROM ledger_transactions WHERE currency = $1 ORDER BY business_day, fact_key',
      [currency],
    );

  it('loses what is older than its years, and every balance stays what it was', async () => {
    const old = [366 * 12, 366 * 11, 366 * 11];
    for (const days of old) {
      await entry(days, 'EUR', { PROCESSOR_CLEARING: 1200, SALES: -1000, TAX_PAYABLE: -200 });
      await entry(days, 'JPY', { CASH_DRAWER: 70, SALES: -70 });
      await entry(days, 'JPY', { CASH_SAFE: 70, CASH_DRAWER: -70 });
    }
    await entry(100, 'EUR', { BANK: 900, PROCESSOR_CLEARING: -900 });
    const before = [await balances('EUR'), await balances('JPY')];

    expect(await apply()).toMatchObject({ ledgerEntries: 9 });
    expect([await balances('EUR'), await balances('JPY')]).toEqual(before);
    const lastDay = day(daysAgo(366 * 11));
    expect(await entries('EUR')).toEqual([
      { fact: `brought-forward:${at.restaurantId}:EUR`, day: lastDay },
      { fact: expect.stringMatching(/^test:/), day: day(daysAgo(100)) },
    ]);
    expect(await entries('JPY')).toEqual([{ fact: `brought-forward:${at.restaurantId}:JPY`, day: lastDay }]);
  });

  it('carries one balance forward per set of books, run after run, and changes nothing when nothing is due', async () => {
    await entry(366 * 10 + 20, 'EUR', { PROCESSOR_CLEARING: 5, SALES: -5 });
    const before = await balances('EUR');
    expect(await apply()).toMatchObject({ ledgerEntries: 1 });
    expect(await apply()).toMatchObject({ ledgerEntries: 0 });
    expect(await balances('EUR')).toEqual(before);
    expect((await entries('EUR')).map(({ fact }) => fact.split(':')[0])).toEqual(['brought-forward', 'test']);
  });

  it('carries nothing forward when it comes to nothing', async () => {
    await entry(366 * 11, 'GBP', { BANK: 5, PROCESSOR_CLEARING: -5 });
    await entry(366 * 11, 'GBP', { BANK: -5, PROCESSOR_CLEARING: 5 });
    expect(await apply()).toMatchObject({ ledgerEntries: 2 });
    expect(await entries('GBP')).toEqual([]);
  });
});

test('hourly reconciliation runs that found nothing go after 30 days; others, and what they found, stay', async () => {
  const run = async (kind: string, days: number, breaks: number) => {
    const id = randomUUID();
    await db(
      `INSERT INTO reconciliation_runs (id, scope, restaurant_id, kind, from_day, to_day, days, state, as_of, requested_by,
         break_count, created_at)
       VALUES ($1, 'RESTAURANT', $2, $3::varchar, '2026-01-01', '2026-01-01', CASE WHEN $3::varchar = 'INCREMENTAL' THEN ARRAY['2026-01-01'::date] END,
         'FINISHED', $4, 'test', $5, $4)`,
      [id, at.restaurantId, kind, daysAgo(days), breaks],
    );
    await db(
      `INSERT INTO reconciliation_items (run_id, way, class, reason, severity, subject, day, currency, facts, fingerprint)
       VALUES ($1, 'PROCESSOR', 'EXPECTED', 'LATE_BALANCE_TRANSACTION', 'LOW', 'charge:1', '2026-01-01', 'USD', '{}', 'f')`,
      [id],
    );
    return id;
  };
  const idle = await run('INCREMENTAL', 31, 0);
  const kept = [
    await run('INCREMENTAL', 31, 1),
    await run('INCREMENTAL', 29, 0),
    await run('NIGHTLY', 31, 0),
    await run('ON_DEMAND', 31, 0),
  ];
  expect(await apply()).toMatchObject({ idleRuns: 1 });
  const left = await rows<{ id: string }>(
    app,
    `SELECT r.id FROM reconciliation_runs r JOIN reconciliation_items i ON i.run_id = r.id`,
  );
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
  expect(await rows(app, `SELECT 1 FROM reconciliation_items WHERE run_id = '${idle}'`)).toEqual([]);
});

test('twice at once on two nodes it does the same, and a stop signal leaves the rest to others', async () => {
  for (let n = 0; n < 50; n++)
    await db(
      `INSERT INTO idempotency_keys (scope, key, fingerprint, created_at) VALUES ('both', $1, 'f', $2)`,
      [String(n), daysAgo(9)],
    );
  expect(await applyRetention(deps(), TIMES, { signal: AbortSignal.abort() })).toMatchObject({
    idempotencyKeys: 0,
  });
  const [a, b] = await Promise.all([apply(), apply()]);
  expect((a?.idempotencyKeys ?? 0) + (b?.idempotencyKeys ?? 0)).toBe(50);
});

test.each([10, 4_000])(
  'a node whose clock is %i days ahead deletes nothing that is to be kept',
  async (days) => {
    const { env, server } = app;
    await db(
      `INSERT INTO idempotency_keys (scope, key, fingerprint, created_at) VALUES ('ahead', $1, 'f', now()), ('ahead', $1 || ' old', 'f', $2)`,
      [String(days), daysAgo(4)],
    );
    const kept = () =>
      rows(
        app,
        `SELECT (SELECT count(*)::int FROM audit_log) AS audit, (SELECT count(*)::int FROM outbox_events) AS events,
         (SELECT count(*)::int FROM ledger_transactions) AS entries,
         (SELECT json_agg(key) FROM idempotency_keys WHERE scope = 'ahead' AND starts_with(key, $1)) AS keys`,
        [String(days)],
      );
    const [before] = await kept();
    const ahead = { ...server.app.deps, clock: { now: () => new Date(Date.now() + days * DAY_MS) } };
    const tasks = workerTasks(
      { ...ahead, notifier: server.app.notifier },
      {
        pollMs: 50,
        janitorAfterSec: 30,
        sweepIntervalSec: 60,
        sweepOverlapSec: 600,
        autoRefundAfterSec: null,
        retention: TIMES,
        alerts: env.alerts,
      },
    );
    await tasks['apply-retention'].run(new AbortController().signal);
    expect(await kept()).toEqual([{ ...before, keys: [String(days)] }]);
  },
);
