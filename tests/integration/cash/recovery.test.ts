import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expirePayments } from '@/services/recovery/expire-payments';
import { newKey, seedOrder } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type RecoveryStage, startStage } from '../recovery/support';
import { billOf, payTable } from '../table-sessions/support';

const MINUTE_MS = 60_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  const { control } = stage.app.simulator;
  control.clearFaults();
  control.releaseWebhooks();
  await control.waitForDeliveries();
  stage.clock.reset();
  await stage.app.database.pool.query('UPDATE payments SET checked_at = NULL');
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

async function newOrder(): Promise<string> {
  return seedOrder(await stage.app.asService(), stage.at, { session: stage.session });
}

const view = (paymentId: string) => stage.guest.payments.get.query({ paymentId });
const toCash = (paymentId: string, idempotencyKey: string = newKey()) =>
  stage.guest.payments.changeMethod.mutate({ paymentId, method: 'CASH', idempotencyKey });

test.each(['CARD', 'CASH'] as const)(
  'a share by %s that is not paid lets go after fifteen minutes',
  async (method) => {
    const orderId = await newOrder();
    const share = await payTable(stage.guest, stage.session, {
      orderIds: [orderId],
      shareMinor: 1000,
      method,
    });
    stage.clock.move(14 * MINUTE_MS);
    expect(await expirePayments(stage.deps)).toBe(0);
    stage.clock.move(MINUTE_MS + 1000);
    expect(await expirePayments(stage.deps)).toBe(1);
    expect(await view(share.id)).toMatchObject({
      status: 'CANCELLED',
      provider: method === 'CASH' ? 'CASH' : 'STRIPE',
    });
    expect((await billOf(stage.guest, stage.session)).summary.heldMinor).toBe(0);
  },
);

test('a crash after the processor has cancelled the card: its webhook makes the payment cash', async () => {
  const payment = await stage.guest.payments.create.mutate({
    orderId: await newOrder(),
    idempotencyKey: newKey(),
  });
  stage.app.simulator.control.holdWebhooks();
  stage.dieAt('cancel.after-processor-answered');
  const key = newKey();
  await expect(toCash(payment.id, key)).rejects.toThrow();
  stage.app.simulator.control.releaseWebhooks();
  await stage.app.simulator.control.waitForDeliveries();
  expect(await view(payment.id)).toMatchObject({ status: 'PENDING', provider: 'CASH', method: 'CASH' });
  expect(await toCash(payment.id, key)).toMatchObject({ status: 'PENDING', provider: 'CASH' });
});

test('the same, and the webhook never comes: the guest’s repeat makes it cash', async () => {
  const payment = await stage.guest.payments.create.mutate({
    orderId: await newOrder(),
    idempotencyKey: newKey(),
  });
  stage.app.simulator.control.holdWebhooks();
  stage.dieAt('cancel.after-processor-answered');
  const key = newKey();
  await expect(toCash(payment.id, key)).rejects.toThrow();
  expect(await toCash(payment.id, key)).toMatchObject({ status: 'PENDING', provider: 'CASH' });
});

test.each(['CARD', 'CASH'] as const)(
  'a crash on the way back to card, when it is cash for a moment: the guest goes on to %s',
  async (last) => {
    const payment = await stage.guest.payments.create.mutate({
      orderId: await newOrder(),
      idempotencyKey: newKey(),
    });
    const pathPattern = `/v1/payment_intents/${payment.paymentIntentId}/cancel`;
    stage.app.simulator.control.addFault({ kind: 'rate_limit', method: 'POST', pathPattern });
    const cashKey = newKey();
    await expect(toCash(payment.id, cashKey)).rejects.toThrow();
    stage.app.simulator.control.clearFaults();
    const toCard = () => stage.guest.payments.changeMethod.mutate(input);
    const input = { paymentId: payment.id, method: 'CARD' as const, idempotencyKey: newKey() };
    stage.dieAt('cancel.after-processor-answered');
    await expect(toCard()).rejects.toThrow();
    await stage.app.simulator.control.waitForDeliveries();
    expect(await view(payment.id)).toMatchObject({ status: 'PENDING', provider: 'CASH' });
    expect(await toCash(payment.id, cashKey)).toMatchObject({ provider: 'CASH' });
    if (last === 'CASH') await toCash(payment.id);
    const ended = await toCard();
    expect(ended).toMatchObject({ status: 'PENDING', provider: last === 'CASH' ? 'CASH' : 'STRIPE' });
    const open = stage.app.simulator.control
      .state()
      .paymentIntents.filter((i) => i.metadata.paymentId === payment.id && i.status !== 'canceled');
    expect(open.map(({ id }) => id)).toEqual(last === 'CASH' ? [] : [ended.paymentIntentId]);
  },
);

test('a change to cash that never reached the processor ends with the payment’s time', async () => {
  const payment = await stage.guest.payments.create.mutate({
    orderId: await newOrder(),
    idempotencyKey: newKey(),
  });
  stage.app.simulator.control.addFault({
    kind: 'reset',
    times: 10,
    method: 'POST',
    pathPattern: `/v1/payment_intents/${payment.paymentIntentId}/cancel`,
  });
  await expect(toCash(payment.id)).rejects.toThrow();
  stage.app.simulator.control.clearFaults();
  stage.clock.move(61 * MINUTE_MS);
  await expirePayments(stage.deps);
  expect(await view(payment.id)).toMatchObject({ status: 'CANCELLED', provider: 'STRIPE' });
});

test('a crash before the new intent of a payment that becomes a card one: a repeat creates it', async () => {
  const cash = await stage.guest.cash.request.mutate({ orderId: await newOrder(), idempotencyKey: newKey() });
  const input = { paymentId: cash.id, method: 'CARD' as const, idempotencyKey: newKey() };
  stage.dieAt('create.after-processor-answered');
  await expect(stage.guest.payments.changeMethod.mutate(input)).rejects.toThrow();
  await stage.app.database.pool.query(
    `UPDATE payments SET creation_started_at = creation_started_at - interval '1 minute' WHERE id = $1`,
    [cash.id],
  );
  const card = await stage.guest.payments.changeMethod.mutate(input);
  expect(card).toMatchObject({ id: cash.id, status: 'PENDING', provider: 'STRIPE' });
  expect(
    stage.app.simulator.control.state().paymentIntents.filter((i) => i.metadata.paymentId === cash.id),
  ).toHaveLength(1);
});
