import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDb, type Db } from '@/db/db';
import type { AlertThresholds } from '@/domain/alert';
import { watchAlerts } from '@/services/analytics/watch-alerts';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { countFigures } from '../../support/figures';

const LIMITS: AlertThresholds = {
  failureRatePercent: 20,
  pendingAgeMinutes: 75,
  refundRatePercent: 10,
  webhookLagSeconds: 60,
  deadLetters: 1,
  disputeDeadlines: 1,
  reconciliationBreaks: 1,
};

let app: TestApp;
let db: Db;
let service: Client;
let restaurant: SeededRestaurant;
let staff: Client;
let admin: Client;
let now: Date;

beforeAll(async () => {
  app = await startTestApp();
  db = createDb(app.database.pool);
  service = await app.asService();
  admin = await app.asAdmin();
});
afterAll(() => app.stop());
beforeEach(async () => {
  now = new Date();
  restaurant = await seedRestaurant(service);
  staff = await app.asStaff(restaurant.staffId);
});

const sql = (text: string, values: unknown[] = []) => app.database.pool.query(text, values);
const watch = () => watchAlerts({ db, clock: { now: () => now } }, LIMITS);
const seen = () => staff.analytics.alerts.query({ restaurantId: restaurant.restaurantId });
const cash = async () =>
  staff.cash.record.mutate({ orderId: await seedOrder(service, restaurant), idempotencyKey: newKey() });

/** Payments of the last minute, some of them failed, as figures see them. */
async function attempts(count: number, failed: number): Promise<void> {
  const orderId = await seedOrder(service, restaurant);
  await sql(
    `INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, currency, method, provider, status,
       failure_code, created_at)
     SELECT gen_random_uuid(), $1, $2, 'guest:x', 100, 100, 'USD', 'CARD', 'STRIPE',
       (CASE WHEN n <= $4 THEN 'FAILED' ELSE 'CANCELLED' END)::payment_status_enum, CASE WHEN n <= $4 THEN 'card_declined' END, $5
     FROM generate_series(1, $3) n`,
    [orderId, restaurant.restaurantId, count, failed, now],
  );
}
const forget = () => sql('DELETE FROM payments WHERE restaurant_id = $1', [restaurant.restaurantId]);

it('a restaurant’s own threshold counts for it alone, and the platform’s again once it is taken back', async () => {
  const owner = await app.asOwner(restaurant.ownerId);
  const set = (alertFailureRatePercent: number | null) =>
    owner.settings.change.mutate({
      restaurantId: restaurant.restaurantId,
      alertFailureRatePercent,
      idempotencyKey: newKey(),
    });
  await attempts(100, 30);
  await set(40);
  await watch();
  expect(await seen()).toEqual([]);
  await set(10);
  await watch();
  expect(await seen()).toMatchObject([
    { kind: 'FAILURE_RATE', value: 30, threshold: 10, severity: 'CRITICAL' },
  ]);
  await set(null);
  await watch();
  expect(await seen()).toMatchObject([
    { kind: 'FAILURE_RATE', value: 30, threshold: 20, severity: 'MEDIUM' },
  ]);
  await forget();
  await watch();
});

it('the failure rate needs enough payments, opens at its threshold and closes only well below it', async () => {
  await attempts(9, 9);
  await watch();
  expect(await seen()).toEqual([]);
  await attempts(1, 1);
  await watch();
  const [opened] = await seen();
  expect(opened).toMatchObject({ kind: 'FAILURE_RATE', severity: 'CRITICAL', value: 100, threshold: 20 });
  await forget();
  await attempts(100, 17);
  await watch();
  expect(await seen()).toMatchObject([
    { id: opened?.id, value: 17, severity: 'LOW', openedAt: opened?.openedAt },
  ]);
  await forget();
  await attempts(100, 16);
  await watch();
  expect(await seen()).toEqual([]);
  await forget();
  await attempts(100, 17);
  await watch();
  expect(await seen()).toEqual([]);
  await forget();
});

it('an old open payment, and how old it is', async () => {
  const orderId = await seedOrder(service, restaurant);
  const payment = await staff.cash.request.mutate({ orderId, idempotencyKey: newKey() });
  await watch();
  expect(await seen()).toEqual([]);
  now = new Date(now.getTime() + 80 * 60_000);
  await watch();
  expect(await seen()).toMatchObject([{ kind: 'PENDING_AGE', severity: 'MEDIUM' }]);
  await staff.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
  await watch();
  expect(await seen()).toEqual([]);
});

it('a week of many refunds', async () => {
  const paid = [await cash(), await cash(), await cash(), await cash()];
  const owner = await app.asOwner(restaurant.ownerId);
  for (const { id } of paid.slice(0, 3)) {
    await owner.refunds.create.mutate({
      paymentId: id,
      amountMinor: 500,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
  }
  await countFigures(app.database.pool);
  await watch();
  expect(await seen()).toMatchObject([{ kind: 'REFUND_RATE', value: expect.closeTo(13.89, 1) }]);
});

it('a week of refunds without revenue has no rate: nothing is told, however much went back', async () => {
  const paid = [await cash(), await cash(), await cash()];
  await sql(
    "UPDATE payments SET business_day = business_day - 10, completed_at = completed_at - interval '10 days' WHERE restaurant_id = $1",
    [restaurant.restaurantId],
  );
  const owner = await app.asOwner(restaurant.ownerId);
  for (const { id } of paid)
    await owner.refunds.create.mutate({
      paymentId: id,
      amountMinor: 500,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
  await countFigures(app.database.pool);
  const { rows } = await sql(
    'SELECT sum(refund_count)::int AS refunds, sum(captured_amount)::int AS captured FROM metric_hours WHERE restaurant_id = $1 AND business_day > current_date - 7',
    [restaurant.restaurantId],
  );
  expect(rows).toEqual([{ refunds: 3, captured: 0 }]);
  await watch();
  expect((await seen()).filter(({ kind }) => kind === 'REFUND_RATE')).toEqual([]);
});

it('a dispute whose evidence is due, and discrepancies of high severity', async () => {
  const { id } = await cash();
  await sql(
    `INSERT INTO disputes (id, payment_id, restaurant_id, amount, currency, status, reason, evidence_due_at, has_evidence, submission_count,
       opened_at, fact_at, fact_rank) VALUES ($1, $2, $3, 100, 'USD', 'needs_response', 'fraudulent', $4, false, 0, now(), 1, 1)`,
    [`dp_${newKey()}`, id, restaurant.restaurantId, new Date(now.getTime() + 2 * 86_400_000)],
  );
  await sql(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, description)
     SELECT gen_random_uuid(), 'test:' || gen_random_uuid(), $1, 'AMOUNT_MISMATCH', 'TEST', s, 'planted' FROM unnest(ARRAY['HIGH', 'LOW']) s`,
    [restaurant.restaurantId],
  );
  await watch();
  expect((await seen()).map(({ kind, value, severity }) => ({ kind, value, severity }))).toEqual(
    expect.arrayContaining([
      { kind: 'DISPUTE_DEADLINE', value: 1, severity: 'HIGH' },
      { kind: 'RECONCILIATION', value: 1, severity: 'HIGH' },
    ]),
  );
  const health = await staff.analytics.health.query({ restaurantId: restaurant.restaurantId });
  expect(health).toMatchObject({ status: 'degraded', score: 70, alerts: { total: 2, high: 2 } });
  expect(health.reasons.map(({ points }) => points)).toEqual([15, 15]);
  expect(health.recommendations).toHaveLength(2);
});

it('waiting and dead events are the platform’s: admins see them, restaurants do not', async () => {
  await sql(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, next_attempt_at, received_at)
     VALUES ('evt_lag', 'x', 'x', now(), 'RETRY', now() + interval '1 hour', $1), ('evt_dead', 'x', 'x', now(), 'DEAD', NULL, now())`,
    [new Date(now.getTime() - 130_000)],
  );
  await watch();
  const all = await admin.analytics.alerts.query({});
  const ofPlatform = all.filter((alert) => alert.restaurantId === null);
  expect(ofPlatform.map(({ kind, severity }) => [kind, severity]).toSorted()).toEqual([
    ['DEAD_LETTERS', 'HIGH'],
    ['WEBHOOK_LAG', 'HIGH'],
  ]);
  expect(await seen()).toEqual([]);
  await sql(`DELETE FROM webhook_events WHERE event_id IN ('evt_lag', 'evt_dead')`);
  await watch();
  expect((await admin.analytics.alerts.query({})).filter((alert) => alert.restaurantId === null)).toEqual([]);
});

it('two nodes that watch at once open an alert once', async () => {
  await attempts(10, 10);
  await Promise.all([watch(), watch(), watch()]);
  await watch();
  expect(await seen()).toHaveLength(1);
  await forget();
});
