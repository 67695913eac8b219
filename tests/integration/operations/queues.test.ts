import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQueueFigures } from '@/db/sql/figures';
import { startTestApp, type TestApp } from '../../support/app';
import { pay, setScene } from '../payments/support';

/** What /metrics says of each kind of unfinished work, in a transaction that is rolled back: nothing of it is worked off meanwhile. */
let app: TestApp;
/** What SQL below speaks of, for $payment, $restaurant, $order. */
let names: Record<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  const { guest, orderId, at } = await setScene(app);
  const payment = await pay(guest, orderId);
  names = { payment: payment.id, restaurant: at.restaurantId, order: orderId };
});
afterAll(() => app.stop());

const HOUR_SEC = 3_600;
const id = () => `'${crypto.randomUUID()}'`;
const AGO = `now() - interval '1 hour'`;

/** Depth and age of a queue once the rows are there. */
async function figuresOf(queue: string, ...statements: string[]) {
  const client = await app.database.pool.connect();
  try {
    await client.query('BEGIN');
    for (const sql of statements)
      await client.query(sql.replaceAll(/\$(\w+)/g, (_, name: string) => `'${names[name]}'`));
    const { rows } = await client.query<{ queue: string; depth: string; oldestSec: number }>(
      readQueueFigures.text,
    );
    const row = rows.find((one) => one.queue === queue);
    return { depth: Number(row?.depth), oldestSec: row?.oldestSec ?? Number.NaN };
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const group = (groupId: string, state: string) =>
  `INSERT INTO split_groups (id, restaurant_id, order_id, currency, total_amount, state, fingerprint, created_by, checked_at, created_at, updated_at)
   VALUES (${groupId}, $restaurant, $order, 'USD', 100, '${state}', 'f', 'staff:s', now(), ${AGO}, ${AGO})`;
const shareOf = (groupId: string) => `UPDATE payments SET split_group_id = ${groupId} WHERE id = $payment`;
const dispute = (closedAt: string) =>
  `INSERT INTO disputes (id, payment_id, restaurant_id, amount, currency, status, reason, has_evidence, submission_count, opened_at,
     closed_at, fact_at, fact_rank)
   VALUES ('dp_1', $payment, $restaurant, 100, 'USD', 'needs_response', 'fraudulent', FALSE, 0, now(), ${closedAt}, 0, 0)`;
const refund = (status: string, refundId: string) =>
  `INSERT INTO payment_refunds (id, payment_id, restaurant_id, refund_amount, reason, status, refund_id, created_at)
   VALUES (${id()}, $payment, $restaurant, 100, 'Cold soup', '${status}', ${refundId}, ${AGO})`;
const one = id();

test.each([
  [
    'a creation',
    `UPDATE payments SET creation_state = 'UNKNOWN', creation_started_at = ${AGO} WHERE id = $payment`,
  ],
  [
    'a change of tip',
    `UPDATE payments SET pending_tip_amount = 100, change_started_at = ${AGO} WHERE id = $payment`,
  ],
  [
    'a change of a share',
    `UPDATE payments SET pending_share = '{}', change_started_at = ${AGO} WHERE id = $payment`,
  ],
  ['a refund that Stripe has not named', refund('PROCESSING', 'NULL')],
  [
    'an intent too many, whose look was just now',
    `UPDATE payments SET created_at = ${AGO} WHERE id = $payment`,
    `INSERT INTO surplus_intents (intent_id, payment_id) VALUES ('pi_surplus', $payment)`,
  ],
  ['a split that is being cancelled, whose look was just now', group(one, 'CANCELLING'), shareOf(one)],
  [
    'a change of shares, whose look was just now',
    group(one, 'OPEN'),
    `UPDATE split_groups SET pending_change = '{}', change_touched_at = now() WHERE id = ${one}`,
  ],
  [
    'evidence',
    dispute('NULL'),
    `INSERT INTO dispute_evidence (id, dispute_id, texts, files, submitted_by, created_at)
     VALUES (${id()}, 'dp_1', '{}', '{}', 'staff:s', ${AGO})`,
  ],
  [
    'a removed card, whose look was just now',
    `INSERT INTO payment_methods (id, type, is_active, detach_started_at, updated_at) VALUES (${id()}, 'card', FALSE, now(), ${AGO})`,
  ],
])('%s without an end is an unfinished call, as old as it is', async (_what, ...statements) => {
  expect(await figuresOf('unfinished_calls')).toEqual({ depth: 0, oldestSec: 0 });
  const { depth, oldestSec } = await figuresOf('unfinished_calls', ...statements);
  expect(depth).toBe(1);
  expect(oldestSec).toBeGreaterThanOrEqual(HOUR_SEC);
});

test.each([
  ['a refund that Stripe has named is the bank’s turn', refund('PROCESSING', `'re_1'`)],
  ['a refund that has failed is over', refund('FAILED', 'NULL')],
  [
    'the tip of a payment that has ended pays nothing',
    `UPDATE payments SET pending_tip_amount = 100, change_started_at = ${AGO}, status = 'CANCELLED' WHERE id = $payment`,
  ],
  [
    'a split whose share a bank is processing waits for the bank',
    group(one, 'CANCELLING'),
    shareOf(one),
    `UPDATE payments SET status = 'PROCESSING' WHERE id = $payment`,
  ],
  [
    'a split with an open dispute waits for the bank',
    group(one, 'CANCELLING'),
    shareOf(one),
    `UPDATE payments SET status = 'COMPLETED', completed_at = now() WHERE id = $payment`,
    dispute('NULL'),
  ],
])('%s: no unfinished call', async (_what, ...statements) => {
  expect(await figuresOf('unfinished_calls', ...statements)).toEqual({ depth: 0, oldestSec: 0 });
});

test('kinds add up, and the oldest of all gives the age', async () => {
  const { depth, oldestSec } = await figuresOf(
    'unfinished_calls',
    refund('PROCESSING', 'NULL'),
    `UPDATE payments SET pending_tip_amount = 100, change_started_at = now() - interval '2 hours' WHERE id = $payment`,
  );
  expect(depth).toBe(2);
  expect(oldestSec).toBeGreaterThanOrEqual(2 * HOUR_SEC);
});

test('a mail that is tried in vain grows old, though its next try is yet to come', async () => {
  const { depth, oldestSec } = await figuresOf(
    'mails',
    `INSERT INTO notifications (id, kind, fact_key, restaurant_id, opt_out_token, attempts, next_attempt_at, created_at)
     VALUES (${id()}, 'PAYMENT_COMPLETED', 'f', $restaurant, 't', 3, now() + interval '30 minutes', ${AGO})`,
  );
  expect(depth).toBe(1);
  expect(oldestSec).toBeGreaterThanOrEqual(HOUR_SEC);
});
