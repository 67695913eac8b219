import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkpoint } from '@/services/checkpoints';
import { finishCalls } from '@/services/recovery/finish-calls';
import { newKey, payWithCard, refusalOf, seedOrder, waitForStatus } from '../../support/app';
import {
  age,
  expectRest,
  intentsOf,
  janitor,
  paymentIdOf,
  paymentRow,
  type RecoveryStage,
  startStage,
} from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const CREATE = { method: 'POST', pathPattern: '/v1/payment_intents' } as const;

/** A creation that ends badly, in the way that `spoil` arranges; the guest never comes back. */
async function abandon(spoil: () => void) {
  const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
  spoil();
  const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
  await stage.guest.payments.create.mutate(input).catch(() => undefined);
  stage.app.simulator.control.clearFaults();
  return { orderId, input, paymentId: await paymentIdOf(stage, orderId) };
}

const executed = (orderId: string) =>
  stage.app.simulator.control
    .state()
    .events.filter(
      (event) =>
        event.type === 'payment_intent.created' &&
        (event.data.object as { metadata?: Record<string, string> }).metadata?.orderId === orderId,
    ).length;

const WAYS: [string, () => void, { before: string; rounds: number }][] = [
  [
    'killed after the first transaction',
    () => stage.dieAt('create.after-first-transaction'),
    { before: 'PENDING', rounds: 1 },
  ],
  [
    'killed after Stripe answered',
    () => stage.dieAt('create.after-processor-answered'),
    { before: 'PENDING', rounds: 1 },
  ],
  [
    'no answer, nothing created',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'hang' }),
    { before: 'UNKNOWN', rounds: 1 },
  ],
  [
    'no answer, but created',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'hang_after_execution' }),
    { before: 'UNKNOWN', rounds: 1 },
  ],
  [
    'connection lost twice, created by the first',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'lost_answer' }),
    { before: 'UNKNOWN', rounds: 1 },
  ],
  [
    'a 500 that hides a success',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'server_error_after_execution' }),
    { before: 'UNKNOWN', rounds: 1 },
  ],
  // The key remembers the 500: the same key first, then the next one.
  [
    'a 500 without effect',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'server_error' }),
    { before: 'UNKNOWN', rounds: 2 },
  ],
  [
    'too many requests',
    () => stage.app.simulator.control.addFault({ ...CREATE, kind: 'rate_limit' }),
    { before: 'UNKNOWN', rounds: 1 },
  ],
];

test.each(WAYS)(
  'the janitor finishes an abandoned creation exactly once: %s',
  async (_way, spoil, expected) => {
    const { orderId, paymentId } = await abandon(spoil);
    expect((await paymentRow(stage, paymentId)).creationState).toBe(expected.before);

    expect(await janitor(stage, paymentId)).toBe(expected.rounds);
    const [intent, ...others] = intentsOf(stage, orderId);
    expect(others).toEqual([]);
    expect(executed(orderId)).toBe(1);
    expect(await paymentRow(stage, paymentId)).toMatchObject({
      creationState: 'CREATED',
      intentId: intent?.id,
      clientSecret: intent?.client_secret,
    });
    expect(await finishCalls(stage.deps, { afterSec: 30 })).toBe(0);
    await expectRest(stage);
  },
);

test('a creation that was stored whole needs no janitor', async () => {
  const { orderId, paymentId } = await abandon(() => stage.dieAt('create.after-second-transaction'));
  expect(await janitor(stage, paymentId)).toBe(0);
  expect(executed(orderId)).toBe(1);
});

test('an intent is found by listing before anything is repeated: no second POST is sent', async () => {
  const { orderId, paymentId } = await abandon(() => stage.dieAt('create.after-processor-answered'));
  const posts = () => stage.app.simulator.control.requestCounts()['POST /v1/payment_intents'];
  const before = posts();
  await janitor(stage, paymentId);
  expect(posts()).toBe(before);
  expect(intentsOf(stage, orderId)).toHaveLength(1);
});

test('a look that is refused closes nothing, as the intent may live: the next one finds it', async () => {
  const { orderId, paymentId } = await abandon(() => stage.dieAt('create.after-processor-answered'));
  const { control } = stage.app.simulator;
  control.addFault({ kind: 'card_declined', method: 'GET', pathPattern: '/v1/payment_intents' });
  await age(stage, paymentId);
  expect(await finishCalls(stage.deps, { afterSec: 30 })).toBe(1);
  expect(await paymentRow(stage, paymentId)).toMatchObject({ status: 'PENDING', creationState: 'UNKNOWN' });

  control.clearFaults();
  await janitor(stage, paymentId);
  expect(await paymentRow(stage, paymentId)).toMatchObject({
    creationState: 'CREATED',
    intentId: intentsOf(stage, orderId)[0]?.id,
  });
  await expectRest(stage);
});

test('a young creation belongs to the call that runs it: the janitor leaves it alone', async () => {
  const { paymentId } = await abandon(() => stage.dieAt('create.after-first-transaction'));
  expect(await finishCalls(stage.deps, { afterSec: 30 })).toBe(0);
  expect((await paymentRow(stage, paymentId)).creationState).toBe('PENDING');
  await janitor(stage, paymentId);
});

test('guest and janitor repair the same creation at once: one intent, one answer', async () => {
  const { orderId, input, paymentId } = await abandon(() => stage.dieAt('create.after-first-transaction'));
  await age(stage, paymentId);
  const answers = await Promise.all([
    stage.guest.payments.create.mutate(input),
    finishCalls(stage.deps, { afterSec: 30 }),
    finishCalls(stage.deps, { afterSec: 30 }),
  ]);
  expect(executed(orderId)).toBe(1);
  expect(answers[0].paymentIntentId).toBe(intentsOf(stage, orderId)[0]?.id);
});

test('while the processor is down the janitor changes nothing, and finishes when it is back', async () => {
  const { orderId, input, paymentId } = await abandon(() => stage.dieAt('create.after-first-transaction'));
  stage.app.simulator.control.addFault({ kind: 'reset' });
  await age(stage, paymentId);
  expect(await finishCalls(stage.deps, { afterSec: 30 })).toBe(1);
  expect(await paymentRow(stage, paymentId)).toMatchObject({ creationState: 'UNKNOWN', intentId: null });
  const refusal = await refusalOf(stage.guest.payments.create.mutate(input));
  expect(refusal.appCode).toMatch(/^PROCESSOR_(OUTCOME_UNKNOWN|UNAVAILABLE)$/);
  stage.app.simulator.control.clearFaults();

  await janitor(stage, paymentId);
  expect(executed(orderId)).toBe(1);
  const payment = await stage.guest.payments.create.mutate(input);
  await payWithCard(stage.app, payment);
  await waitForStatus(stage.guest, paymentId, 'COMPLETED');
  await expectRest(stage);
});

const POINTS: Checkpoint[] = ['create.after-first-transaction', 'create.after-processor-answered'];
test.each(POINTS)(
  'the guest who comes back after a crash at %s gets the same payment and one intent',
  async (point) => {
    const { orderId, input, paymentId } = await abandon(() => stage.dieAt(point));
    await age(stage, paymentId);
    const payment = await stage.guest.payments.create.mutate(input);
    expect(payment).toMatchObject({ id: paymentId, status: 'PENDING' });
    expect(executed(orderId)).toBe(1);
  },
);
