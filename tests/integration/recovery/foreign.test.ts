import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { replayEvent, retryEvents } from '@/services/inbox/retry';
import { passInboxTime } from '../../support/inbox-time';
import { disputeEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import { type RecoveryStage, startStage } from './support';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ worker: false });
});
afterEach(() => {
  stage.app.simulator.control.clearFaults();
});
afterAll(() => stage.stop());

/** An intent on our account that another program made, or one that carries our mark. */
async function intentWith(metadata: Record<string, string>): Promise<string> {
  const made = await stage.deps.processor.createIntent(
    {
      amountMinor: 2_700,
      currency: 'USD',
      metadata,
      customerId: null,
      saveCard: false,
      statementSuffix: null,
    },
    randomUUID(),
  );
  if (made.kind !== 'ok') throw new Error(`no intent: ${made.kind}`);
  return made.value.id;
}

/** A dispute of that intent arrives. */
async function disputeOf(intentId: string): Promise<string> {
  const event = disputeEvent({ intentId, chargeId: stripeId('ch'), amountMinor: 2_700 });
  await sendWebhook(stage.app, event);
  return event.id;
}

const passTime = (ms: number) => passInboxTime(stage.app.database.pool, ms);

async function stored(eventId: string) {
  const { rows } = await stage.app.database.pool.query<{
    state: string;
    outcome: string | null;
    nextAt: Date | null;
    finished: boolean;
  }>(
    `SELECT state, outcome, next_attempt_at AS "nextAt", finished_at IS NOT NULL AS finished
     FROM webhook_events WHERE event_id = $1`,
    [eventId],
  );
  return rows[0];
}

test('the longer an event has waited for its record, the less often it is looked at', async () => {
  const eventId = await disputeOf(stripeId('pi'));
  for (const [moveMs, pauseMs] of [
    [MINUTE_MS, 30 * SECOND_MS],
    [10 * MINUTE_MS, 15 * MINUTE_MS],
    [2 * HOUR_MS, 15 * MINUTE_MS],
    [4 * HOUR_MS, HOUR_MS],
    [60 * HOUR_MS, HOUR_MS],
  ] as const) {
    await passTime(moveMs);
    const beforeMs = Date.now();
    expect(await retryEvents(stage.deps)).toBe(1);
    const after = await stored(eventId);
    expect(after?.state).toBe('WAITING');
    const pausedMs = (after?.nextAt?.getTime() ?? 0) - beforeMs;
    expect(pausedMs).toBeGreaterThanOrEqual(pauseMs);
    expect(pausedMs).toBeLessThan(pauseMs + 10 * SECOND_MS);
  }
});

test('an event of an intent that was never ours ends as foreign, not as a dead letter', async () => {
  const eventId = await disputeOf(await intentWith({}));
  await passTime(73 * HOUR_MS);
  await retryEvents(stage.deps);
  expect(await stored(eventId)).toMatchObject({
    state: 'IGNORED',
    outcome: 'foreign: its intent names no payment of ours',
    finished: true,
  });
});

test('one whose intent names a payment of ours is a dead letter: somebody must look', async () => {
  const eventId = await disputeOf(await intentWith({ paymentId: randomUUID() }));
  await passTime(73 * HOUR_MS);
  await retryEvents(stage.deps);
  expect(await stored(eventId)).toMatchObject({ state: 'DEAD', outcome: null });
});

test('when the processor cannot say, it is a dead letter, and a replay asks again', async () => {
  const eventId = await disputeOf(await intentWith({}));
  stage.app.simulator.control.addFault({ kind: 'hang', pathPattern: '/v1/payment_intents/*' });
  await passTime(73 * HOUR_MS);
  await retryEvents(stage.deps);
  expect(await stored(eventId)).toMatchObject({ state: 'DEAD' });
  stage.app.simulator.control.clearFaults();
  expect(await replayEvent(stage.deps, eventId)).toBe('IGNORED');
});
