import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  type Client,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import {
  chargeEvent,
  intentEvent,
  nowSec,
  type StripeEvent,
  sendWebhook,
} from '../../support/webhook-sender';
import { openCardPayment, tracesOf } from './traces';

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

const open = () => openCardPayment(app, at, guest, { session });

/** A declined Apple Pay with a debit card, then a credit card that pays: what Stripe tells of it. */
function twoAttempts(payment: Awaited<ReturnType<typeof open>>): StripeEvent[] {
  const { intentId, metadata } = payment;
  const first = {
    id: `ch_declined_${payment.id}`,
    intentId,
    amountMinor: 2700,
    metadata,
    brand: 'mastercard',
    last4: '9995',
    funding: 'debit',
    wallet: 'apple_pay',
    paid: false,
  };
  const second = { id: `ch_paid_${payment.id}`, intentId, amountMinor: 2700, metadata };
  const intent = { id: intentId, amountMinor: 2700, metadata };
  const atSec = nowSec();
  return [
    chargeEvent('failed', first, { createdSec: atSec }),
    intentEvent('payment_failed', { ...intent, chargeId: first.id }, { createdSec: atSec }),
    chargeEvent('updated', first, { createdSec: atSec + 1 }),
    chargeEvent('succeeded', second, { createdSec: atSec + 2 }),
    intentEvent('succeeded', { ...intent, chargeId: second.id }, { createdSec: atSec + 2 }),
    chargeEvent('updated', second, { createdSec: atSec + 3 }),
  ];
}

function orderings<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => orderings(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

test('after a declined attempt the card shown is the one that paid, in every order of delivery', async () => {
  // 120 orders of five events, with the treacherous one, the news of the declined charge, at every place.
  const stride = inject('testSize') === 'full' ? 1 : 5;
  const payments = await Promise.all(Array.from({ length: 120 / stride }, open));
  for (const [n, payment] of payments.entries()) {
    const i = n * stride;
    const [failedCharge, failed, declinedNews, paidCharge, paid, paidNews] = twoAttempts(payment) as [
      StripeEvent,
      StripeEvent,
      StripeEvent,
      StripeEvent,
      StripeEvent,
      StripeEvent,
    ];
    const others = orderings([failedCharge, failed, paidCharge, paid, paidNews])[i] ?? [];
    const events = others.toSpliced(i % 6, 0, declinedNews);
    for (const event of events) expect((await sendWebhook(app, event)).status).toBe(200);
    const traces = await tracesOf(app, payment.id);
    const order = events.map((event) => `${event.type} ${event.data.object.id}`);
    expect({ order, ...traces.payment }).toMatchObject({
      order,
      status: 'COMPLETED',
      chargeId: `ch_paid_${payment.id}`,
      method: 'CARD',
      brand: 'visa',
      last4: '4242',
      funding: 'credit',
      wallet: null,
    });
    expect(traces.postings).toHaveLength(3);
  }
}, 60_000);

test.each([
  ['pm_card_visa', { method: 'CARD', brand: 'visa', funding: 'credit', wallet: null }],
  ['pm_card_visa_debit', { method: 'CARD', brand: 'visa', funding: 'debit', wallet: null }],
  ['pm_card_applePay', { method: 'DIGITAL_WALLET', wallet: 'apple_pay' }],
  ['pm_card_googlePay', { method: 'DIGITAL_WALLET', wallet: 'google_pay' }],
])(
  'a declined card, then %s: method and card funding follow the charge that paid',
  async (card, expected) => {
    const payment = await open();
    await payWithCard(app, payment, 'pm_card_chargeDeclined');
    await waitForStatus(guest, payment.id, 'FAILED');
    await payWithCard(app, payment, card);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    app.simulator.control.runScheduled();
    await app.simulator.control.waitForDeliveries();
    const traces = await tracesOf(app, payment.id);
    expect(traces.payment).toMatchObject(expected);
    expect(traces.payment).toMatchObject({ failureCode: null });
  },
);

test("a charge that names the payment before its intent is known is kept, and the intent's success keeps the card", async () => {
  const payment = await open();
  await app.database.pool.query(
    "UPDATE payments SET payment_intent_id = NULL, transaction_id = NULL, creation_state = 'UNKNOWN' WHERE id = $1",
    [payment.id],
  );
  const [, , , paidCharge, paid] = twoAttempts(payment);
  for (const event of [paidCharge, paid]) if (event) await sendWebhook(app, event);
  expect((await tracesOf(app, payment.id)).payment).toMatchObject({
    status: 'COMPLETED',
    last4: '4242',
    intentId: payment.intentId,
  });
});
