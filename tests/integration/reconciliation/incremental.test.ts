import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { planIncremental } from '@/services/reconciliation/plan-incremental';
import { runDue } from '@/services/reconciliation/run';
import { newKey, refusalOf, seedRestaurant } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { itemsOf } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(async () => {
  stage.clock.reset();
  await runDue(stage.deps);
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

const pool = () => stage.app.database.pool;
const owner = () => stage.app.asOwner(stage.at.ownerId);

async function startChanges(restaurantId = stage.at.restaurantId) {
  const { id } = await (await owner()).reconciliation.start.mutate({
    restaurantId,
    idempotencyKey: newKey(),
  });
  return id;
}

/** As if the last look at changes had been so long ago, and everything that is there had been there by then. */
async function allWasSeen(agoSec: number): Promise<void> {
  await pool().query(
    `UPDATE reconciliation_runs SET created_at = now() - make_interval(secs => $1) WHERE kind = 'INCREMENTAL'`,
    [agoSec],
  );
}

const incrementalRuns = async () =>
  (
    await pool().query(
      `SELECT id, state FROM reconciliation_runs WHERE kind = 'INCREMENTAL' AND restaurant_id = $1 ORDER BY id`,
      [stage.at.restaurantId],
    )
  ).rows;

test('on demand an owner has what changed compared: its days alone, with a reason why it was these', async () => {
  stage.app.simulator.control.configure({ settleDelayMs: null });
  const payment = await paidPayment(stage);
  const runId = await startChanges();
  await runDue(stage.deps);
  const run = await (await owner()).reconciliation.runs.get.query({ runId });
  const { rows } = await pool().query('SELECT business_day::text AS day FROM payments WHERE id = $1', [
    payment.id,
  ]);
  expect(run).toMatchObject({
    kind: 'INCREMENTAL',
    scope: 'RESTAURANT',
    state: 'FINISHED',
    changedSince: null,
    progress: 100,
  });
  expect(run.days).toContain(rows[0]?.day);
  expect([run.fromDay, run.toDay]).toEqual([run.days?.[0], run.days?.at(-1)]);
  expect(await itemsOf(await owner(), runId)).toMatchObject([
    { class: 'EXPECTED', reason: 'LATE_BALANCE_TRANSACTION', paymentId: payment.id },
  ]);

  // What is not due yet stays in view until it has come, whenever something last changed.
  await pool().query(
    `UPDATE reconciliation_runs SET created_at = now() + interval '1 hour' WHERE kind = 'INCREMENTAL'`,
  );
  const again = await startChanges();
  await runDue(stage.deps);
  expect((await itemsOf(await owner(), again)).map((item) => item.paymentId)).toEqual([payment.id]);
  const second = await (await owner()).reconciliation.runs.get.query({ runId: again });
  expect(second.changedSince).not.toBeNull();
  await settle(stage);
  await sync(stage);
});

test('the worker has changes compared by itself, at most once an hour, and nothing when nothing has changed', async () => {
  await allWasSeen(0);
  const known = (await incrementalRuns()).length;
  expect(known).toBeGreaterThan(0);
  await paidPayment(stage);
  expect(await planIncremental(stage.deps)).toBe(0);

  await allWasSeen(3_600);
  expect(await planIncremental(stage.deps)).toBe(1);
  expect(await planIncremental(stage.deps)).toBe(0);
  await runDue(stage.deps);
  expect((await incrementalRuns()).slice(known)).toMatchObject([{ state: 'FINISHED' }]);

  // Ahead of everything that was written: all of it has been seen.
  await allWasSeen(-7_200);
  stage.clock.move(4 * 3_600_000);
  expect(await planIncremental(stage.deps)).toBe(0);
  expect(await incrementalRuns()).toHaveLength(known + 1);
});

test('the same call twice is one run, a second one waits, and a stranger or half a period is refused', async () => {
  await allWasSeen(0);
  const client = await owner();
  const input = { restaurantId: stage.at.restaurantId, idempotencyKey: newKey() };
  const { id } = await client.reconciliation.start.mutate(input);
  expect((await client.reconciliation.start.mutate(input)).id).toBe(id);
  const second = client.reconciliation.start.mutate({ ...input, idempotencyKey: newKey() });
  expect(await refusalOf(second)).toMatchObject({ appCode: 'RUN_IN_PROGRESS' });

  const admin = await stage.app.asAdmin();
  const start = (of: object) => admin.reconciliation.start.mutate({ ...of, idempotencyKey: newKey() });
  expect(await refusalOf(start({}))).toMatchObject({ appCode: 'INVALID_INPUT' });
  for (const half of [{ fromDay: '2026-11-01' }, { toDay: '2026-11-01' }])
    expect(await refusalOf(start({ restaurantId: stage.at.restaurantId, ...half }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  expect(await refusalOf(start({ restaurantId: 'nowhere' }))).toMatchObject({ code: 'NOT_FOUND' });
  const elsewhere = await seedRestaurant(await stage.app.asService());
  expect(await refusalOf(startChanges(elsewhere.restaurantId))).toMatchObject({ code: 'NOT_FOUND' });
});

test('where more does not fit than is kept in memory at once, all of it is found', async () => {
  const { restaurantId } = await seedRestaurant(await stage.app.asService());
  const count = 5_400;
  await pool().query(
    `WITH given AS (
       INSERT INTO orders (id, restaurant_id, order_number, status, currency, subtotal_amount, placed_at, version)
       SELECT 'crowd-' || i, $1, i, 'COMPLETED', 'USD', 1000, now() - make_interval(days => 3 + i % 4), 1
       FROM generate_series(1, $2::int) i RETURNING id)
     INSERT INTO order_payment_states (order_id, restaurant_id, state) SELECT id, $1, 'UNPAID' FROM given`,
    [restaurantId, count],
  );
  const admin = await stage.app.asAdmin();
  const { id: runId } = await admin.reconciliation.start.mutate({ restaurantId, idempotencyKey: newKey() });
  await runDue(stage.deps);
  const run = await admin.reconciliation.runs.get.query({ runId });
  expect(run).toMatchObject({ state: 'FINISHED', breakCount: count, newCount: count });
  expect(run.totals).toMatchObject([{ way: 'ORDERS', remainderMinor: 0, oursMinor: count * 1000 }]);
});
