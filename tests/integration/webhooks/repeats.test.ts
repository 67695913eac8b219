import { afterAll, beforeAll, expect, test } from 'vitest';
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
  disputeEvent,
  intentEvent,
  nowSec,
  sendWebhook,
  stripeEvent,
  stripeId,
} from '../../support/webhook-sender';
import { inboxRow, openCardPayment, tracesOf } from './traces';

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

const open = (tipMinor = 0) => openCardPayment(app, at, guest, { session }, tipMinor);
const succeeded = (payment: Awaited<ReturnType<typeof open>>, options = {}) =>
  intentEvent(
    'succeeded',
    { id: payment.intentId, amountMinor: payment.totalMinor, metadata: payment.metadata, chargeId: 'ch_1' },
    options,
  );

const SETTLED_ONCE = {
  actions: ['created', 'intent_created', 'completed'],
  postings: ['capture PROCESSOR_CLEARING 2700', 'capture SALES -2500', 'capture TAX_PAYABLE -200'],
  live: ['payment:created', 'payment:status_updated', 'payment:completed'],
  orders: [{ state: 'PAID', capturedMinor: 2700 }],
  discrepancies: [],
};

test('reported bug “one event delivered five times: five audit rows, five live events, completion time moves”: five deliveries in a row settle once, with one completion time', async () => {
  const payment = await open();
  const event = succeeded(payment);
  expect(await sendWebhook(app, event)).toEqual({ status: 200, text: '{"received":true}' });
  const first = await tracesOf(app, payment.id);
  expect(first).toMatchObject(SETTLED_ONCE);
  for (let i = 0; i < 4; i++) expect((await sendWebhook(app, event)).status).toBe(200);
  expect(await tracesOf(app, payment.id)).toEqual(first);
});

test('one event delivered by 16 connections at once settles once', async () => {
  const payment = await open();
  const event = succeeded(payment);
  const answers = await Promise.all(Array.from({ length: 16 }, () => sendWebhook(app, event)));
  expect(answers.map((a) => a.status)).toEqual(Array.from({ length: 16 }, () => 200));
  expect(await tracesOf(app, payment.id)).toMatchObject(SETTLED_ONCE);
});

test('reported bug “the same success delivered three times settles three times”: under five event ids, minutes apart, in a row and at once, it settles once', async () => {
  for (const atOnce of [false, true]) {
    const payment = await open();
    const events = [0, 60, 120, 180, 240].map((laterSec) =>
      succeeded(payment, { createdSec: nowSec() + laterSec }),
    );
    if (atOnce) await Promise.all(events.map((event) => sendWebhook(app, event)));
    else for (const event of events) await sendWebhook(app, event);
    const traces = await tracesOf(app, payment.id);
    expect(traces).toMatchObject(SETTLED_ONCE);
    if (!atOnce) expect(traces.payment.completedAt).toEqual(new Date((events[0]?.created ?? 0) * 1000));
    const states = await Promise.all(events.map((event) => inboxRow(app, event.id)));
    expect(states.map((row) => row.state).sort()).toEqual([
      'APPLIED',
      'IGNORED',
      'IGNORED',
      'IGNORED',
      'IGNORED',
    ]);
  }
});

test("the simulator's own events, all delivered five times in any order, settle once", async () => {
  const { control } = app.simulator;
  control.addWebhookFault({ kind: 'duplicate', copies: 5 });
  control.addWebhookFault({ kind: 'reorder', window: 4 });
  try {
    const payment = await open(500);
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    control.runScheduled();
    await control.waitForDeliveries();
    const traces = await tracesOf(app, payment.id);
    expect(traces.actions.filter((action) => action === 'completed')).toHaveLength(1);
    expect(traces.actions.filter((action) => action === 'charge_recorded').length).toBeLessThanOrEqual(1);
    expect(traces.live.filter((type) => type === 'payment:completed')).toHaveLength(1);
    expect(traces.postings).toEqual([
      'capture PROCESSOR_CLEARING 3200',
      'capture SALES -2500',
      'capture TAX_PAYABLE -200',
      'capture TIPS_PAYABLE -500',
    ]);
    expect(traces.payment).toMatchObject({ brand: 'visa', last4: '4242', funding: 'credit', method: 'CARD' });
  } finally {
    control.clearWebhookFaults();
  }
});

test('reported bug “handling both charge.* and payment_intent.* creates duplicates”: both for one payment, in either order, settle once', async () => {
  for (const chargeFirst of [true, false]) {
    const payment = await open();
    const charge = {
      id: 'ch_1',
      intentId: payment.intentId,
      amountMinor: 2700,
      metadata: payment.metadata,
    };
    const events = [chargeEvent('succeeded', charge), chargeEvent('updated', charge), succeeded(payment)];
    for (const event of chargeFirst ? events : events.toReversed()) await sendWebhook(app, event);
    const traces = await tracesOf(app, payment.id);
    expect(traces).toMatchObject({ ...SETTLED_ONCE, actions: expect.any(Array) });
    expect(traces.actions.toSorted()).toEqual(['charge_recorded', 'completed', 'created', 'intent_created']);
    expect(traces.payment).toMatchObject({ chargeId: 'ch_1', brand: 'visa', last4: '4242' });
  }
});

test('an unknown type, and a foreign intent, charge or checkout, get 200 and are kept as IGNORED', async () => {
  const events = [
    stripeEvent('radar.early_fraud_warning.created', { id: 'issfr_1', object: 'radar.early_fraud_warning' }),
    stripeEvent('v3.something.new', { object: 'thing' }),
    intentEvent('succeeded', { id: stripeId('pi'), amountMinor: 100 }),
    intentEvent('succeeded', { id: stripeId('pi'), amountMinor: 100, metadata: { paymentId: 'not-ours' } }),
    intentEvent('amount_capturable_updated', { id: stripeId('pi'), amountMinor: 100 }),
    intentEvent('partially_funded', { id: stripeId('pi'), amountMinor: 100 }),
    chargeEvent('succeeded', { id: stripeId('ch'), intentId: stripeId('pi'), amountMinor: 100 }),
    chargeEvent('succeeded', { id: stripeId('ch'), intentId: null, amountMinor: 100 }),
    chargeEvent('failed', { id: stripeId('ch'), intentId: stripeId('pi'), amountMinor: 100 }),
  ];
  for (const event of events) {
    expect(await sendWebhook(app, event)).toEqual({ status: 200, text: '{"received":true}' });
    expect([event.type, (await inboxRow(app, event.id)).state]).toEqual([event.type, 'IGNORED']);
  }
});

test.each([
  ['a NUL character', '\\u0000'],
  ['half of a surrogate pair', '\\ud800'],
  ['an escaped backslash before u0000', '\\\\u0000'],
])(
  'an event whose text holds %s, which jsonb refuses, is stored and applied like any other',
  async (_name, text) => {
    const payment = await open();
    const event = succeeded(payment);
    const body = JSON.stringify(event).replace('"metadata":{', `"description":"a${text}b","metadata":{`);
    expect((await sendWebhook(app, body)).status).toBe(200);
    expect((await inboxRow(app, event.id)).state).toBe('APPLIED');
    const { rows } = await app.database.pool.query(
      'SELECT payload::text AS text FROM webhook_payloads WHERE event_id = $1',
      [event.id],
    );
    expect(() => app.server.app.deps.inbox.reader.parse(rows[0].text)).not.toThrow();
  },
);

test('a dispute is told once in the history and on the live stream; the payment stays COMPLETED', async () => {
  const payment = await open();
  await sendWebhook(app, succeeded(payment));
  const dispute = { id: stripeId('dp'), intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700 };
  const event = disputeEvent(dispute);
  for (let i = 0; i < 3; i++) expect((await sendWebhook(app, event)).status).toBe(200);
  // Stripe may make two events of one happening ("Handle duplicate events").
  expect((await sendWebhook(app, disputeEvent(dispute))).status).toBe(200);
  const traces = await tracesOf(app, payment.id);
  expect(traces.actions).toEqual([...SETTLED_ONCE.actions, 'dispute_opened']);
  expect(traces.live).toEqual([...SETTLED_ONCE.live, 'dispute:created']);
  expect(traces.postings).toEqual(SETTLED_ONCE.postings);
  expect(traces.payment.status).toBe('COMPLETED');
});
