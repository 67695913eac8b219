import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator, WebhookFaultRule } from '@/stripe/simulator';
import { errorOf, pay, startReceiver, startTest, WEBHOOK_SECRET } from './support';

let simulator: Simulator;
let stripe: Stripe;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
/** What the endpoint answers to its n-th delivery, counted from 1. */
let answer: (count: number) => number;
beforeEach(async () => {
  answer = () => 200;
  receiver = await startReceiver((_, count) => answer(count));
  ({ simulator, stripe } = await startTest({
    webhookEndpoints: [{ url: receiver.url, secret: WEBHOOK_SECRET }],
  }));
  simulator.control.configure({ settleDelayMs: null, webhookRetryBaseMs: 1 });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const types = () => receiver.received.map(({ event }) => event.type);
const delivered = () => simulator.control.waitForDeliveries();
const verify = ({ raw, signature }: { raw: string; signature: string }) =>
  stripe.webhooks.constructEvent(raw, signature, WEBHOOK_SECRET, 300);

describe('delivery', () => {
  test('events arrive signed, with the request that caused them', async () => {
    const paid = await stripe.paymentIntents.create(
      { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
      { idempotencyKey: 'key-1' },
    );
    await delivered();
    expect(types().sort()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    for (const item of receiver.received) {
      const event = verify(item);
      expect(event).toMatchObject({ api_version: Stripe.API_VERSION, livemode: false, pending_webhooks: 1 });
      expect(event.request).toEqual({ id: expect.stringMatching(/^req_/), idempotency_key: 'key-1' });
    }
    const stored = await stripe.events.list({ type: 'payment_intent.*' });
    expect(stored.data.map((event) => event.pending_webhooks)).toEqual([0, 0]);
    expect(stored.data[0]?.data.object).toMatchObject({ id: paid.id });
  });

  test('the snapshot of an event does not follow later changes', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    await stripe.paymentIntents.update(intent.id, { amount: 2000 });
    const [event] = (await stripe.events.list()).data;
    expect(event?.data.object).toMatchObject({ amount: 1000 });
  });

  test('a refused delivery is repeated until accepted', async () => {
    answer = (count) => (count < 4 ? 500 : 200);
    await stripe.customers.create({});
    await delivered();
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
    expect(simulator.control.state().deliveryAttempts.at(-1)).toMatchObject({ status: 200 });
  });

  test('delivery ends after the configured number of attempts', async () => {
    answer = () => 400;
    simulator.control.configure({ webhookMaxAttempts: 3 });
    await stripe.customers.create({});
    await delivered();
    expect(receiver.received).toHaveLength(3);
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });

  test('stored events are delivered again on demand', async () => {
    await pay(stripe, 1000);
    await delivered();
    expect(simulator.control.redeliver({ types: ['charge.*'] })).toEqual({ redelivered: 1 });
    await delivered();
    expect(types().filter((type) => type === 'charge.succeeded')).toHaveLength(2);
  });

  test('held deliveries wait, and leave in the order asked for', async () => {
    simulator.control.configure({ webhookConcurrency: 1 });
    simulator.control.holdWebhooks();
    await pay(stripe, 1000);
    await delivered();
    expect(receiver.received).toEqual([]);
    expect(simulator.control.releaseWebhooks({ order: 'desc' })).toEqual({ released: 3 });
    await delivered();
    expect(types()).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);
  });

  test('an endpoint made through the API gets its own secret and only its event types', async () => {
    const own = await startReceiver();
    const endpoint = await stripe.webhookEndpoints.create({
      url: own.url,
      enabled_events: ['charge.succeeded'],
    });
    await pay(stripe, 1000);
    await delivered();
    expect(own.received.map(({ event }) => event.type)).toEqual(['charge.succeeded']);
    const { raw = '', signature = '' } = own.received[0] ?? {};
    expect(stripe.webhooks.constructEvent(raw, signature, String(endpoint.secret)).type).toBe(
      'charge.succeeded',
    );
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).status).toBe('disabled');
    await stripe.webhookEndpoints.del(endpoint.id);
    expect((await errorOf(stripe.webhookEndpoints.retrieve(endpoint.id))).statusCode).toBe(404);
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1);
    await own.close();
  });
});

describe('faults of delivery', () => {
  const withFault = async (rule: WebhookFaultRule) => {
    simulator.control.configure({ webhookConcurrency: 1 });
    simulator.control.addWebhookFault(rule);
    await pay(stripe, 1000);
    await delivered();
  };

  test('drop: the event is never delivered but stays in the list', async () => {
    await withFault({ kind: 'drop', typePattern: 'payment_intent.succeeded' });
    expect(types()).not.toContain('payment_intent.succeeded');
    expect((await stripe.events.list({ type: 'payment_intent.succeeded' })).data).toHaveLength(1);
  });

  test('duplicate: the same event arrives several times', async () => {
    await withFault({ kind: 'duplicate', copies: 4, typePattern: 'payment_intent.succeeded' });
    expect(types().filter((type) => type === 'payment_intent.succeeded')).toHaveLength(4);
  });

  test('reorder: newer events overtake older ones', async () => {
    await withFault({ kind: 'reorder', window: 3 });
    expect(types()).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);
  });

  test('delay: an event arrives after later ones', async () => {
    await withFault({ kind: 'delay', delayMs: 60, typePattern: 'payment_intent.created' });
    expect(types().at(-1)).toBe('payment_intent.created');
  });

  test('bad signature: the first attempt cannot be verified, the repeated one can', async () => {
    simulator.control.addWebhookFault({ kind: 'bad_signature', times: 1 });
    answer = (count) => (count === 1 ? 400 : 200);
    await stripe.customers.create({});
    await delivered();
    const [first, second] = receiver.received;
    expect(() => first && verify(first)).toThrow(Stripe.errors.StripeSignatureVerificationError);
    expect(second && verify(second).type).toBe('customer.created');
  });

  test('stale timestamp: a good signature that is too old', async () => {
    simulator.control.addWebhookFault({ kind: 'stale_timestamp', ageSeconds: 301, times: 1 });
    await stripe.customers.create({});
    await delivered();
    const [item] = receiver.received;
    expect(() => item && verify(item)).toThrow(/tolerance/);
  });
});
