import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KIND } from '@/db/sql/reconciliation-terms';
import { kindOf } from '@/domain/ledger/processor-postings';
import { planNightly } from '@/services/reconciliation/plan-nightly';
import { runDue } from '@/services/reconciliation/run';
import { newKey, waitFor } from '../../support/app';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { aroundNow } from './support';

const HOUR_MS = 3_600_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clock.reset());
afterAll(() => stage.stop());

async function nightlyRuns(): Promise<{ fromDay: string; toDay: string; state: string }[]> {
  const admin = await stage.app.asAdmin();
  const { items } = await admin.reconciliation.runs.list.query({
    restaurantId: stage.at.restaurantId,
    limit: 100,
  });
  return items
    .filter((run) => run.kind === 'NIGHTLY')
    .map(({ fromDay, toDay, state }) => ({ fromDay, toDay, state }));
}

test('each business day that has ended is run once, and later runs go back to what was open or has changed', async () => {
  const payment = await paidPayment(stage);
  await settle(stage);
  await sync(stage);
  const { rows } = await stage.app.database.pool.query(
    'SELECT business_day::text AS day FROM payments WHERE id = $1',
    [payment.id],
  );
  const day = String(rows[0]?.day);
  stage.clock.move(30 * HOUR_MS);
  await planNightly(stage.deps);
  expect(await planNightly(stage.deps)).toBe(0);
  await runDue(stage.deps);
  const first = (await nightlyRuns()).at(-1);
  expect(first).toMatchObject({ state: 'FINISHED' });
  expect(first && first.fromDay <= day && day <= first.toDay).toBe(true);

  // Days later the processor's list says another amount: the next night looks at that day again.
  await stage.app.database.pool.query(
    "UPDATE payments SET updated_at = now() + interval '2 days' WHERE id = $1",
    [payment.id],
  );
  stage.clock.move(72 * HOUR_MS);
  await planNightly(stage.deps);
  await runDue(stage.deps);
  const second = (await nightlyRuns())[0];
  expect(second?.fromDay).toBe(day);
  expect(second && first && second.toDay > first.toDay).toBe(true);
});

test('a run whose process died is begun anew by another, and one that always fails ends as failed', async () => {
  const admin = await stage.app.asAdmin();
  const start = () => admin.reconciliation.start.mutate({ ...aroundNow(), idempotencyKey: newKey() });
  const { id } = await start();
  const stopped = AbortSignal.abort();
  expect(await runDue(stage.deps, stopped)).toBe(0);
  const { pool } = stage.app.database;
  const claimed = `UPDATE reconciliation_runs SET state = 'RUNNING', attempts = attempts + 1, heartbeat_at = now() - $2::interval WHERE id = $1`;
  await pool.query(claimed, [id, '1 second']);
  expect(await runDue(stage.deps)).toBe(0);
  await pool.query(claimed, [id, '2 minutes']);
  expect(await runDue(stage.deps)).toBe(1);
  expect(await admin.reconciliation.runs.get.query({ runId: id })).toMatchObject({ state: 'FINISHED' });

  const failing = await start();
  await pool.query(`UPDATE reconciliation_runs SET attempts = 4 WHERE id = $1`, [failing.id]);
  await pool.query('ALTER TABLE payouts RENAME TO payouts_away');
  const errors: unknown[] = [];
  const log = { ...stage.deps.log, error: (...told: unknown[]) => void errors.push(told) };
  try {
    expect(await runDue({ ...stage.deps, log })).toBe(1);
  } finally {
    await pool.query('ALTER TABLE payouts_away RENAME TO payouts');
  }
  expect(errors).toHaveLength(1);
  expect(await admin.reconciliation.runs.get.query({ runId: failing.id })).toMatchObject({
    state: 'FAILED',
    failure: expect.stringContaining('failed'),
  });
});

test('the end of a run is told live to the restaurant', async () => {
  const owner = await stage.app.asOwner(stage.at.ownerId);
  const input = { ...aroundNow(), restaurantId: stage.at.restaurantId, idempotencyKey: newKey() };
  const { id } = await owner.reconciliation.start.mutate(input);
  await runDue(stage.deps);
  const event = await waitFor('the event is written', async () => {
    const { rows } = await stage.app.database.pool.query(
      `SELECT payload FROM outbox_events WHERE type = 'reconciliation:finished' AND payload->>'runId' = $1`,
      [id],
    );
    return rows[0] ?? null;
  });
  expect(event.payload).toMatchObject({
    restaurantId: stage.at.restaurantId,
    status: 'FINISHED',
    discrepancies: 0,
  });
});

test('categories mean the same to the database and to the ledger', async () => {
  const categories = [
    'charge',
    'refund',
    'refund_failure',
    'dispute',
    'dispute_reversal',
    'payout',
    'payout_reversal',
    'fee',
  ];
  for (const category of [...categories, 'network_cost', 'tax', 'other_adjustment', 'anything']) {
    const { rows } = await stage.app.database.pool.query(
      `SELECT ${KIND} AS kind FROM (SELECT $1::text AS reporting_category) t`,
      [category],
    );
    expect(rows[0]?.kind).toBe(kindOf(category));
  }
});
