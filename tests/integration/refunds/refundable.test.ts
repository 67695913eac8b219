import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { decide, disputedPayment, staffOf } from '../disputes/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

const refundableOf = async (paymentId: string) =>
  (await (await staffOf(stage)).payments.get.query({ paymentId })).refundable;

test('a payment tells its house what can be given back, with refunds under way taken off, and guests nothing', async () => {
  const { id: paymentId } = await paidPayment(stage);
  expect(await refundableOf(paymentId)).toEqual({ allMinor: 2700, billMinor: 2700, tipMinor: 0 });
  stage.app.simulator.control.addFault({
    kind: 'rate_limit',
    times: 1,
    method: 'POST',
    pathPattern: '/v1/refunds',
  });
  const staff = await staffOf(stage);
  const { status } = await staff.refunds.create.mutate({
    paymentId,
    amountMinor: 1000,
    reason: 'Cold',
    idempotencyKey: newKey(),
  });
  expect(status).toBe('PROCESSING');
  expect(await refundableOf(paymentId)).toEqual({ allMinor: 1700, billMinor: 1700, tipMinor: 0 });
  expect((await stage.guest.payments.get.query({ paymentId })).refundable).toBe(null);
});

test('what a bank took back for good cannot be given back again', async () => {
  const payment = await disputedPayment(stage);
  await decide(stage, payment.disputeId, 'lost');
  expect(await refundableOf(payment.id)).toEqual({ allMinor: 0, billMinor: 0, tipMinor: 0 });
});
