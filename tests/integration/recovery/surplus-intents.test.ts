import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { attachIntent } from '@/services/payments/attach-intent';
import { finishCalls } from '@/services/recovery/finish-calls';
import { systemContext } from '@/services/system-context';
import { payWithCard, waitForStatus } from '../../support/app';
import { stripeId } from '../../support/webhook-sender';
import { type Opened, openPayment, type RecoveryStage, startStage } from './support';

/*
 * A creation that finds that its payment has another intent, or is closed, cancels its own: until that is certain, a guest
 * could pay it.
 */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  expect(await noted()).toEqual([]);
});
afterAll(() => stage.stop());

const CANCEL = { method: 'POST', pathPattern: '/v1/payment_intents/*/cancel' } as const;
const intentOf = (id: string) =>
  stage.app.simulator.control.state().paymentIntents.find((intent) => intent.id === id);
const noted = async () => {
  const { rows } = await stage.app.database.pool.query<{ id: string }>(
    'SELECT intent_id AS id FROM surplus_intents',
  );
  return rows.map(({ id }) => id);
};

/** The janitor's round, half a minute later. */
async function janitorComes(): Promise<number> {
  await stage.app.database.pool.query(
    "UPDATE surplus_intents SET checked_at = checked_at - interval '1 minute'",
  );
  return finishCalls(stage.deps, { afterSec: 30 });
}

/** A second intent of a payment, as a creation that was repeated too late leaves it. */
async function secondIntentOf(payment: Opened) {
  const made = await stage.deps.processor.createIntent(
    {
      amountMinor: payment.totalMinor,
      currency: payment.currency,
      metadata: { ...intentOf(payment.intentId)?.metadata },
      customerId: null,
      saveCard: false,
      statementSuffix: null,
    },
    randomUUID(),
  );
  if (made.kind !== 'ok') throw new Error(`no intent: ${made.kind}`);
  return made.value;
}

const attach = async (payment: Opened, intent: Parameters<typeof attachIntent>[2]) =>
  attachIntent(systemContext(stage.deps, 'janitor'), payment.id, intent);

test.each([
  'rate_limit',
  'server_error',
  'hang',
  'hang_after_execution',
  'reset',
  'lost_answer',
  'conflict',
] as const)(
  'a second intent whose cancelling ends with %s is cancelled by the janitor; the first one pays',
  async (kind) => {
    const payment = await openPayment(stage);
    const second = await secondIntentOf(payment);
    stage.app.simulator.control.addFault({ ...CANCEL, kind });
    await attach(payment, second);
    expect(await noted()).toEqual([second.id]);

    // The processor is still in trouble, then no more.
    expect(await janitorComes()).toBe(1);
    stage.app.simulator.control.clearFaults();
    expect(await janitorComes()).toBe(1);
    expect(intentOf(second.id)?.status).toBe('canceled');
    expect(await janitorComes()).toBe(0);

    await payWithCard(stage.app, payment);
    await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  },
);

test('a surplus intent that was cancelled at once is not checked again by the janitor', async () => {
  const payment = await openPayment(stage);
  const second = await secondIntentOf(payment);
  await attach(payment, second);
  expect(intentOf(second.id)?.status).toBe('canceled');
  expect(await janitorComes()).toBe(0);
});

test('a crash between noting and asking: the janitor asks', async () => {
  const payment = await openPayment(stage);
  const second = await secondIntentOf(payment);
  const { processor } = stage.deps;
  const dying = {
    ...stage.deps,
    processor: { ...processor, cancelIntent: () => Promise.reject(new Error('died')) },
  };
  await expect(attachIntent(systemContext(dying, 'janitor'), payment.id, second)).rejects.toThrow('died');
  expect(intentOf(second.id)?.status).toBe('requires_payment_method');
  expect(await janitorComes()).toBe(1);
  expect(intentOf(second.id)?.status).toBe('canceled');
});

test('the intent of a payment that was closed meanwhile is cancelled too, however often that takes', async () => {
  stage.dieAt('create.after-processor-answered');
  await openPayment(stage).catch(() => undefined);
  // As a creation that was refused first leaves it.
  const { rows } = await stage.app.database.pool.query(
    `UPDATE payments SET status = 'CANCELLED', creation_started_at = now() - interval '1 minute'
     WHERE creation_state = 'PENDING' RETURNING id`,
  );
  expect(rows).toHaveLength(1);
  stage.app.simulator.control.addFault({ ...CANCEL, kind: 'rate_limit' });
  expect(await janitorComes()).toBe(1);
  const [intentId = ''] = await noted();
  expect(intentOf(intentId)?.status).toBe('requires_payment_method');
  stage.app.simulator.control.clearFaults();
  expect(await janitorComes()).toBe(1);
  expect(intentOf(intentId)?.status).toBe('canceled');
});

test('one that the processor does not know is over: nobody can pay it, and nothing is asked any more', async () => {
  const payment = await openPayment(stage);
  const second = await secondIntentOf(payment);
  await attach(payment, { ...second, id: stripeId('pi') });
  expect(await janitorComes()).toBe(0);
  await attach(payment, second);
});

test('one that is being paid is waited for; when it is paid, its money is found and nothing is asked any more', async () => {
  const payment = await openPayment(stage);
  const second = await secondIntentOf(payment);
  await payWithCard(
    stage.app,
    { paymentIntentId: second.id, clientSecret: second.clientSecret },
    'pm_card_processing',
  );
  await attach(payment, second);
  expect(await janitorComes()).toBe(1);
  expect(await noted()).toEqual([second.id]);
  stage.app.simulator.control.finishProcessing({ paymentIntent: second.id, outcome: 'succeed' });
  await stage.app.simulator.control.waitForDeliveries();
  expect(await janitorComes()).toBe(1);
  expect(await janitorComes()).toBe(0);
  const { rows } = await stage.app.database.pool.query(
    'SELECT reason FROM discrepancies WHERE payment_id = $1',
    [payment.id],
  );
  expect(rows).toEqual([{ reason: 'ANOTHER_INTENT' }]);
});
