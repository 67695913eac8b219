import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { chargeEvent, disputeEvent, intentEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import { inboxRow, tracesOf } from './traces';

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
afterAll(() => app.stop());

/** Stripe has the intent, but its answer was lost on the way: the payment is known by the intent's metadata alone. */
async function createWithLostAnswer() {
  const orderId = await seedOrder(await app.asService(), at, { session });
  const input = { orderId, tipMinor: 0, idempotencyKey: newKey() };
  const fault = app.simulator.control.addFault({
    method: 'POST',
    pathPattern: '/v1/payment_intents',
    bodyIncludes: orderId,
    kind: 'lost_answer',
  });
  await refusalOf(guest.payments.create.mutate(input));
  app.simulator.control.clearFaults(fault);
  const intents = app.simulator.control.state().paymentIntents;
  const intent = intents.find((candidate) => candidate.metadata.orderId === orderId);
  if (!intent) throw new Error('the simulator has no intent of this order');
  return { orderId, input, intent, paymentId: intent.metadata.paymentId ?? '' };
}

test('reported bug “webhook arrives before the API response and a record is doubled”: it is applied, and the later response changes neither intent nor money', async () => {
  const { input, intent, paymentId, orderId } = await createWithLostAnswer();
  expect((await tracesOf(app, paymentId)).payment).toMatchObject({ status: 'PENDING', intentId: null });

  await payWithCard(app, { paymentIntentId: intent.id, clientSecret: intent.client_secret });
  const paid = await waitFor('the payment is settled by its metadata', async () => {
    const traces = await tracesOf(app, paymentId);
    return traces.payment.status === 'COMPLETED' && traces;
  });
  expect(paid.payment).toMatchObject({ intentId: intent.id, creation: 'CREATED' });

  const repeated = await guest.payments.create.mutate(input);
  expect(repeated).toMatchObject({ id: paymentId, status: 'COMPLETED', paymentIntentId: intent.id });
  app.simulator.control.runScheduled();
  await app.simulator.control.waitForDeliveries();
  const after = await tracesOf(app, paymentId);
  expect(after.postings).toEqual(paid.postings);
  expect(after.live).toEqual(paid.live);
  expect(after.orders).toEqual([{ state: 'PAID', capturedMinor: 2700 }]);
  const { rows } = await app.database.pool.query('SELECT id FROM payments WHERE order_id = $1', [orderId]);
  expect(rows).toHaveLength(1);
  const ours = app.simulator.control.state().paymentIntents.filter((i) => i.metadata.orderId === orderId);
  expect(ours).toHaveLength(1);
});

test('a decline that beats the API answer stores the intent, and the guest pays with it afterwards', async () => {
  const { input, intent, paymentId } = await createWithLostAnswer();
  await payWithCard(
    app,
    { paymentIntentId: intent.id, clientSecret: intent.client_secret },
    'pm_card_chargeDeclined',
  );
  await waitFor('the decline is known', async () => {
    const { payment } = await tracesOf(app, paymentId);
    return payment.status === 'FAILED' && payment.intentId === intent.id;
  });
  const again = await guest.payments.create.mutate(input);
  expect(again).toMatchObject({
    id: paymentId,
    paymentIntentId: intent.id,
    clientSecret: intent.client_secret,
  });
  await payWithCard(app, again);
  await waitFor('the payment is settled', async () => {
    const { payment } = await tracesOf(app, paymentId);
    return payment.status === 'COMPLETED';
  });
});

test('events of a payment that is not here get 200 and wait for it by name, without a trace elsewhere', async () => {
  const paymentId = randomUUID();
  const intent = { id: stripeId('pi'), amountMinor: 2700, metadata: { paymentId } };
  const charge = { id: stripeId('ch'), intentId: intent.id, amountMinor: 2700, metadata: { paymentId } };
  for (const event of [
    intentEvent('succeeded', intent),
    intentEvent('payment_failed', intent),
    intentEvent('amount_capturable_updated', intent),
    chargeEvent('succeeded', charge),
  ]) {
    expect(await sendWebhook(app, event)).toEqual({ status: 200, text: '{"received":true}' });
    expect(await inboxRow(app, event.id)).toMatchObject({
      state: 'WAITING',
      waitingFor: paymentId,
      finished: false,
    });
  }
  const dispute = disputeEvent({ intentId: intent.id, chargeId: charge.id, amountMinor: 2700 });
  await sendWebhook(app, dispute);
  expect(await inboxRow(app, dispute.id)).toMatchObject({ state: 'WAITING', waitingFor: intent.id });
});
