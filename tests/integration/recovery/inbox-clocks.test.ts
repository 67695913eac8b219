import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { takeBackLatePauses, takeDueEvents } from '@/db/sql/recovery';
import { receiveEvent } from '@/services/inbox/receive';
import { replayEvent, retryEvents } from '@/services/inbox/retry';
import { passInboxTime } from '../../support/inbox-time';
import { intentEvent, stripeId } from '../../support/webhook-sender';
import { inboxState, openPayment, paymentRow, type RecoveryStage, startStage } from './support';

/*
 * Pauses and ages of stored events span nodes, so they are the database's: no node's clock moves them. Here `stage.deps` is a
 * node whose clock is wrong, `right` one whose clock is not.
 */

const DELAY_MS = 5_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ env: { WEBHOOK_RETRY_DELAY_MS: String(DELAY_MS) } });
});
afterEach(() => stage.clock.reset());
afterAll(() => stage.stop());

const right = () => stage.app.server.app.deps;
const passTime = (ms: number) => passInboxTime(stage.app.database.pool, ms);
const parsed = (event: object) => right().inbox.reader.parse(JSON.stringify(event));

/** A success that the wrong node receives while somebody sits on the lock of its order, and then tries once more. */
async function failedTwice() {
  const payment = await openPayment(stage);
  const event = intentEvent('succeeded', {
    id: payment.intentId,
    amountMinor: payment.totalMinor,
    metadata: { paymentId: payment.id },
  });
  const blocker = await stage.app.database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
  expect(await receiveEvent(stage.deps, parsed(event))).toBe('retry');
  expect(await retryEvents(stage.deps)).toBe(0);
  await passTime(DELAY_MS);
  expect(await retryEvents(stage.deps)).toBe(1);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'RETRY', attempts: 2 });
  await blocker.query('ROLLBACK');
  blocker.release();
  return { payment, event };
}

test.each([
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
])(
  'an event that failed on a node whose clock is a day %s is tried after its pause, by any node',
  async (_, wrongMs) => {
    stage.clock.move(wrongMs);
    const { payment, event } = await failedTwice();
    expect(await retryEvents(right())).toBe(0);
    await passTime(2 * DELAY_MS);
    expect(await retryEvents(right())).toBe(1);
    expect(await inboxState(stage, event.id)).toMatchObject({ state: 'APPLIED', attempts: 2 });
    expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  },
);

test('an event that waits for its record is not dead for a node whose clock is days ahead', async () => {
  const event = intentEvent('succeeded', {
    id: stripeId('pi'),
    amountMinor: 100,
    metadata: { paymentId: randomUUID() },
  });
  stage.clock.move(30 * DAY_MS);
  expect(await receiveEvent(stage.deps, parsed(event))).toBe('waiting');
  await passTime(HOUR_MS);
  expect(await retryEvents(stage.deps)).toBe(1);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'WAITING' });
  expect(await replayEvent(stage.deps, event.id)).toBe('WAITING');
  await passTime(73 * HOUR_MS);
  expect(await retryEvents(right())).toBe(1);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'DEAD' });
});

test('a stored pause longer than the longest possible one counts as over', async () => {
  const { event } = await failedTwice();
  await passTime(-DAY_MS);
  expect(await retryEvents(right())).toBe(1);
  expect(await inboxState(stage, event.id)).toMatchObject({ state: 'APPLIED' });
});

test('what is due, and what waits too long, is found by an index, however much waits', async () => {
  const { pool } = stage.app.database;
  await pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, next_attempt_at)
     SELECT 'evt_many_' || i, 'charge.dispute.created', 'dp_' || i, now(),
       CASE WHEN i <= 2000 THEN 'WAITING' ELSE 'APPLIED' END, CASE WHEN i <= 2000 THEN now() + interval '10 minutes' END
     FROM generate_series(1, 20000) i`,
  );
  await pool.query('ANALYZE webhook_events');
  for (const { text } of [takeDueEvents, takeBackLatePauses]) {
    const { rows } = await pool.query(`EXPLAIN ${text.replace('$1', '32')}`);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Scan.* webhook_events_due_idx/);
  }
});
