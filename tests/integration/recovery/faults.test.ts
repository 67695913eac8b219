import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expirePayments } from '@/services/recovery/expire-payments';
import { newKey, refusalOf, seedOrder } from '../../support/app';
import {
  expectRest,
  FAULTS,
  type Fault,
  intentsOf,
  janitor,
  openPayment,
  paidPayment,
  paymentIdOf,
  paymentRow,
  type RecoveryStage,
  refund,
  startStage,
} from './support';

/*
 * Eight faults of the processor x every operation that moves money. The webhooks are held back, so that nothing but the call
 * itself and the recovery can know what happened; then they come, and must change nothing.
 */
let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());
beforeEach(() => stage.app.simulator.control.holdWebhooks());

// A card is judged where it pays: tests/integration/payments/declined-at-creation.test.ts.
/** What the caller hears. A lost connection is repeated by the call itself, with the same key. */
const HEARD: Record<Fault, string> = {
  rate_limit: 'PROCESSOR_UNAVAILABLE',
  server_error: 'PROCESSOR_OUTCOME_UNKNOWN',
  server_error_after_execution: 'PROCESSOR_OUTCOME_UNKNOWN',
  conflict: 'PROCESSOR_OUTCOME_UNKNOWN',
  hang: 'PROCESSOR_OUTCOME_UNKNOWN',
  hang_after_execution: 'PROCESSOR_OUTCOME_UNKNOWN',
  reset: 'ok',
  lost_answer: 'ok',
};

async function heard(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    async () => (await refusalOf(call)).appCode,
  );
}

function spoil(kind: Fault, pathPattern: string): void {
  stage.app.simulator.control.addFault({ kind, method: 'POST', pathPattern, times: 1 });
}

describe.each(FAULTS)('%s', (kind) => {
  test('create: one intent', async () => {
    const orderId = await seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
    const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
    spoil(kind, '/v1/payment_intents');
    expect(await heard(stage.guest.payments.create.mutate(input))).toBe(HEARD[kind]);
    const paymentId = await paymentIdOf(stage, orderId);

    await janitor(stage, paymentId);
    const [intent, ...others] = intentsOf(stage, orderId);
    expect(others).toEqual([]);
    expect(await stage.guest.payments.create.mutate(input)).toMatchObject({
      id: paymentId,
      status: 'PENDING',
      paymentIntentId: intent?.id,
      clientSecret: intent?.client_secret,
    });
    expect(intentsOf(stage, orderId)).toHaveLength(1);
    await expectRest(stage);
  });

  test('changeTip: payment and intent ask for the same amount, and the repeat for the new one', async () => {
    const payment = await openPayment(stage);
    const input = { paymentId: payment.id, tipMinor: 300, idempotencyKey: newKey() };
    spoil(kind, '/v1/payment_intents/*');
    expect(await heard(stage.guest.payments.changeTip.mutate(input))).toBe(HEARD[kind]);

    await janitor(stage, payment.id);
    const intent = () => intentsOf(stage, payment.orderId)[0];
    expect(await paymentRow(stage, payment.id)).toMatchObject({
      totalMinor: intent()?.amount,
      pendingTipMinor: null,
    });
    expect(await stage.guest.payments.changeTip.mutate(input)).toMatchObject({ totalMinor: 3000 });
    expect(intent()?.amount).toBe(3000);
    await expectRest(stage);
  });

  test('cancel: one cancellation, and the hold ends with it', async () => {
    const payment = await openPayment(stage);
    const input = { paymentId: payment.id, idempotencyKey: newKey() };
    spoil(kind, '/v1/payment_intents/*/cancel');
    expect(await heard(stage.guest.payments.cancel.mutate(input))).toBe(HEARD[kind]);
    if (HEARD[kind] !== 'ok') expect((await paymentRow(stage, payment.id)).status).toBe('PENDING');

    // What is unknown is seen through without the guest; what was surely not done is the guest's to repeat.
    await expirePayments(stage.deps);
    if (HEARD[kind] === 'PROCESSOR_UNAVAILABLE') await stage.guest.payments.cancel.mutate(input);
    expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
    expect(intentsOf(stage, payment.orderId)[0]?.status).toBe('canceled');
    expect(eventsOf('payment_intent.canceled', payment.intentId)).toBe(1);
    expect(await stage.guest.payments.cancel.mutate(input)).toMatchObject({ status: 'CANCELLED' });
    await expectRest(stage);
  });

  test('refund: the money goes back once', async () => {
    stage.app.simulator.control.releaseWebhooks();
    const payment = await paidPayment(stage);
    stage.app.simulator.control.holdWebhooks();
    spoil(kind, '/v1/refunds');
    const asked = await refund(stage, { paymentId: payment.id, amountMinor: 1000 });
    expect(asked.status).toBe(HEARD[kind] === 'ok' ? 'COMPLETED' : 'PROCESSING');

    await janitor(stage, payment.id);
    const refunds = stage.app.simulator.control
      .state()
      .refunds.filter((candidate) => candidate.payment_intent === payment.intentId);
    expect(refunds.map((made) => [made.amount, made.metadata?.refundId])).toEqual([[1000, asked.id]]);
    const { rows } = await stage.app.database.pool.query(
      'SELECT status, refund_id AS "refundId" FROM payment_refunds WHERE payment_id = $1',
      [payment.id],
    );
    expect(rows).toEqual([{ status: 'COMPLETED', refundId: refunds[0]?.id }]);
    expect((await paymentRow(stage, payment.id)).status).toBe('PARTIALLY_REFUNDED');
    await expectRest(stage);
  });
});

function eventsOf(type: string, objectId: string): number {
  return stage.app.simulator.control
    .state()
    .events.filter((event) => event.type === type && (event.data.object as { id?: string }).id === objectId)
    .length;
}
